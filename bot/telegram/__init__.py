"""Updates in: the durable inbox, who is acting, and answers to what a person just did."""
