/** The toolbar's icons: one path each, 24 × 24. A page may be without the sheet of icons, the player never is. */
const SPEAKER = "M4 9.5v5h3.5L12 19V5L7.5 9.5z";

export const RETRY = "M20 11A8 8 0 1 0 18 16.5M20 5v6h-6";
export const SOUND_ON = `${SPEAKER}M15 9a4 4 0 0 1 0 6M17.5 6.5a8 8 0 0 1 0 11`;
export const SOUND_OFF = `${SPEAKER}M15.5 9.5l5 5M20.5 9.5l-5 5`;
export const FULLSCREEN = "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5";
export const WINDOWED = "M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5";
export const SAVE = "M4 8.5a1.5 1.5 0 0 1 1.5-1.5H8l1.5-2.5h5L16 7h2.5A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5zM12 16a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4";
export const PICTURE = "M20 10.5V6.5A1.5 1.5 0 0 0 18.5 5h-13A1.5 1.5 0 0 0 4 6.5v11A1.5 1.5 0 0 0 5.5 19H10M13 13.5h7.5v6H13z";
export const NUMBERS = "M4 20h16M6.5 16v-4M11 16V6M15.5 16v-7M20 16v-3";
export const QUALITY = "M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h9M17 17h3M15 15v4";
export const ZOOM_IN = "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5 20 20M7.5 10.5h6M10.5 7.5v6";
export const ZOOM_OUT = "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5 20 20M7.5 10.5h6";
