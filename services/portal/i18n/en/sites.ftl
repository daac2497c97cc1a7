# Which site a page is about.

sites-site = Site
sites-all =
    { $n ->
        [0] All sites
       *[other] All { $n } sites
    }
sites-show = Show
sites-none = You have no site yet.
