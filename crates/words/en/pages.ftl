# Pages that work without the app: signing in, and what went wrong.

page-name = Outcry
page-title = { $page } · Outcry
page-needs-script = Outcry needs JavaScript on this page.

page-sign-in = Sign in
page-sign-in-to = Sign in to Outcry
page-sign-in-as = You are signing in as { $name } ({ $role }).
page-sign-in-not-you = Not you? Close this page and tell whoever sent you the link.

page-link-needed = You need a sign-in link
page-link-needed-open = Open the link that you were given. Each link is for one person.
page-link-needed-ask = You have none, or it no longer works? Ask your administrator for a new one: People, your name, Make a link.

page-link-ended = This link does not work
page-link-ended-why = It has expired, was used already, or a part of it is missing.
page-link-ended-ask = Copy the whole link once more, or ask your administrator for a new one.

page-to-start = Go to the start page
page-help-number = If you ask for help, give this number: { $number }

## What somebody can do who looks at a page that failed
page-failed-not-found = There is no page at this address, or it is not yours to see.
page-failed-not-signed-in = Open your sign-in link. Your administrator can make a new one.
page-failed-forbidden = Ask your administrator if you need it.
page-failed-busy = Wait a moment, then load the page again.
page-failed-inside = The fault is on our side. Try again in a moment.
page-failed = Go back and try again.
