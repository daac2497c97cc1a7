# Facts that a service could not handle.

desk-letters-means = A fact that a service could not handle waits here until it is tried again or given up. Its neighbours went on.
desk-letters-what = Fact
desk-letters-service = Service
desk-letters-since = Since
desk-letters-tries = Tries
desk-letters-reason = Reason
desk-letters-why-malformed = It is not written as agreed. Trying again will not help.
desk-letters-why-not-of-its-owner = It was sent by another than the service that may say it.
desk-letters-why-kills-process = Handling it ended the program, again and again.
desk-letters-why-failed = The program failed at it.
desk-letters-none = Every fact was handled.
desk-letters-could-not = It could not be handled.
desk-letters-durable = Durable
desk-letters-fact = Id of the fact
desk-letters-about = About
desk-letters-retry = Try again
desk-letters-retry-means = The service handles it now. If it fails again, it stays and says why.
desk-letters-retried = It was handled.
desk-letters-drop = Give it up
desk-letters-drop-means = What it says is lost to this service, until the next fact about the same thing heals it.
desk-letters-drop-meant = Give it up for good
desk-letters-drop-unsure = Tick this first.
desk-letters-dropped = It was given up.
desk-letters-body = Body
desk-letters-stack = Where it failed

refusal-retry-failed-failed-again = It failed again, and stays here.
refusal-retry-failed-not-followed = This release does not handle such facts any more. Give it up, or run the release that did.
refusal-too-old = What it is about is not kept any more. Give it up.
