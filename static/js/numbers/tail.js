/** A history whose last step goes on: what stands in the live numbers is at least what the step will have had. Pure. */
export class HistoryTail {
  data;
  numbers = null;

  /** `data`: as GET /stream/history answers; `numbers`: the live ones, where they are known already. */
  constructor(data, numbers = null) {
    this.data = data;
    if (numbers) this.live(numbers);
  }

  live(numbers) {
    this.numbers = numbers;
    const last = this.data.at.length - 1;
    if (last < 0) return;
    raise(this.data.viewers, last, numbers.total_viewers);
    raise(this.data.streams, last, numbers.active_streams);
    for (const { code, used } of numbers.agencies) {
      if (this.data.agencies[code]) raise(this.data.agencies[code].peak, last, used);
    }
  }

  /** Until its last step is over; a second at least. */
  secondsLeft(now) {
    const end = (this.data.at.at(-1) ?? now) + this.data.step;
    return Math.max(1, end - now);
  }
}

function raise(numbers, index, value) {
  numbers[index] = Math.max(numbers[index], value);
}
