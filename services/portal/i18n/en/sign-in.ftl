# The ways in: links, passwords, a company's own issuer.

sign-in-title = Repairs
sign-in-what-for = Report, follow, rate
sign-in-by-link = By link
sign-in-contact = Phone number or e-mail
sign-in-contact-like = you@example.com
sign-in-send-link = Send me a link
sign-in-link-hint = The link goes to the e-mail address that we know of you. It is good for 15 minutes, once. No password needed.
sign-in-staff = Staff
sign-in-account = Account or e-mail
sign-in-password = Password
sign-in-enter = Sign in
sign-in-by-issuer = Sign in with { $name }
sign-in-sent-title = On its way
sign-in-sent = If we know this address, a link is on its way. It is good for 15 minutes.
sign-in-sent-hint = Open it on any device. Nothing came? Look among the spam, or ask the property office to note your address.
sign-in-again = Send it again
sign-in-link-ready = The link is good. One press signs you in.
sign-in-others-ended = You signed in by your own means for the first time. What was begun by a link that others handed over has ended: sessions, and a password if one was set.
sign-in-link-once = It works once. Not a link that you asked for? Just close this page.

sign-in-password-short = That is too short: at least 10 characters.
sign-in-password-long = That is too long: at most 200 characters.
sign-in-password-easy = That is too easily guessed. A few words that have nothing to do with each other are fine.
sign-in-password-own = Leave your own name, account, address and number out of it.

refusal-no-contact = Write your phone number or e-mail address.
refusal-wrong-password =
    { $left ->
        [0] Account or password is wrong. There are no tries left for now: come back in 15 minutes, or use a link.
        [one] Account or password is wrong. { $left } try left, or use a link.
       *[other] Account or password is wrong. { $left } tries left, or use a link.
    }
refusal-too-many-tries =
    { $minutes ->
        [one] That was tried too often. Try again in a minute.
       *[other] That was tried too often. Try again in { $minutes } minutes.
    }
refusal-busy = Many people are signing in right now. Try again in a few seconds.
refusal-link-over = This link was used, or has expired. Ask for a new one.
refusal-mail-off = There is no e-mail here, so no link can be sent. Use a password, or ask the property office.
refusal-notify-away = Messages do not answer right now, so no link was sent. Try again in a moment, or use a password.
refusal-no-account = Your company knows you, but there is no account for you here yet. Ask an admin.
refusal-not-recognised = Your company did not tell us who you are. Try again.
refusal-issuer-away = Your company's sign-in does not answer right now. Try again in a moment, or use a link.
error-no-such-link = This link opens nothing: it may be cut, or over.
error-too-many-tries = That was tried too often. Try again in a while.
error-link-over = This link was used, or has expired.
