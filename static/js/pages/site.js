/** What every page has: the theme, the menus, the keyboard's shortcuts, and the banner that the server is lost. */
import { keepBanner } from "../site/banner.js";
import { keepMenus } from "../site/menus.js";
import { keepShortcuts } from "../site/shortcuts.js";
import { keepThemeButtons } from "../site/theme.js";

keepThemeButtons();
keepMenus();
keepShortcuts();
keepBanner();
