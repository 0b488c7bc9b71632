/* Runs in <head>, before anything is painted: the chosen theme and that scripts are on. */
(function () {
  var root = document.documentElement;
  root.classList.add("has-js");
  try {
    var theme = localStorage.getItem("concord-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch (_error) {
    // storage is forbidden: the system's colours it is
  }
})();
