"""How numbers and times are written, by language (FORMAT_MODULE_PATH). static/js/format.js writes them alike."""
