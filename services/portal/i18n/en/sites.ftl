# Which site a page is about.

sites-site = Site
sites-all = All { $n } sites
sites-show = Show
sites-none = You have no site yet.
