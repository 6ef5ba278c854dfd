/** The login: says that Caps Lock is on while a password is typed. */
const hint = document.querySelector("[data-caps-lock]");
const password = document.querySelector("[name=password]");

function look(event) {
  hint.hidden = !event.getModifierState?.("CapsLock");
}

password?.addEventListener("keydown", look);
password?.addEventListener("keyup", look);
password?.addEventListener("blur", () => (hint.hidden = true));
