"""What people write, in German and English, by what they want. TOPIC_INTENTS says which intent a customer's topic has."""

from __future__ import annotations

PHRASES: dict[str, dict[str, tuple[str, ...]]] = {
    "de": {
        "greeting": ("Hallo!", "Guten Tag, ich hätte eine Frage", "Hi, seid ihr heute erreichbar? 😊", "Servus!", "Grüezi mitenand"),
        "enquiry": ("Ist das noch verfügbar?", "Gibt es das auch in Grün?", "Wie groß ist das genau?", "Was kostet der Versand?"),
        "answer": ("Ja, haben wir noch da! 🌷", "Gern, ich schicke dir gleich die Infos.", "Aktuell ausverkauft, am Freitag wieder da."),
        "decision": ("Super, nehme ich!", "Perfekt, bitte einmal bestellen", "Ja, ich nehme es."),
        "same_again": ("Nochmal das Gleiche bitte", "Wieder das Übliche bitte 😊", "dasselbe wie letztes mal"),
        "hesitation": ("Ich überlege es mir noch.", "Ich melde mich wieder", "Zu teuer, schade."),
        "order_question": ("Wo bleibt meine Bestellung?", "Wann kommt mein Paket an?", "Wurde meine Bestellung schon verschickt?"),
        "order_change": ("Kann ich die Bestellung noch ändern?", "Bitte die Menge auf 2 ändern", "Bitte noch eins zur Bestellung dazu"),
        "cancel": ("Bitte storniert meine Bestellung", "Ich möchte die Bestellung stornieren."),
        "return": ("Ich möchte etwas zurückschicken", "Der Artikel kam leider beschädigt an, ich hätte gern mein Geld zurück"),
        "confirmed": ("Danke für deine Bestellung! Wir packen sie gleich.", "Bestellung eingegangen ✅"),
        "arrived": ("Dein Paket ist angekommen 🎉", "Deine Bestellung wurde zugestellt."),
        "shipped": ("Dein Paket ist unterwegs 📦", "Deine Bestellung wurde verschickt."),
        "reorder": ("Wie beim letzten Mal? Ein 👍 genügt und wir schicken es los.", "Nachschub gefällig? Tippe auf 👍 zum Bestellen."),
        "decline": ("Nein danke, diesmal nicht.", "Im Moment nicht"),
        "thanks": ("Danke dir!", "Vielen Dank 🙏", "Merci vielmal"),
        "link": ("Hallo, ich komme über euren Link", "Ich habe euren QR-Code gescannt"),
    },
    "en": {
        "greeting": ("Hi there!", "Hello, quick question", "Hey, are you open today? 😊", "Good morning"),
        "enquiry": ("Is this still available?", "Does it come in another color?", "How big is it exactly?", "How much is shipping?"),
        "answer": ("Yes, we still have it! ✨", "Sure, sending you the details now.", "Sold out right now, back on Friday."),
        "decision": ("Great, I'll take it!", "Perfect, please order one for me", "I'd like to order it, please"),
        "same_again": ("Same again please", "The usual, please 😊", "same order as last time"),
        "hesitation": ("Let me think about it.", "Thanks, I'll get back to you", "A bit pricey for me."),
        "order_question": ("Where is my order?", "When will my package arrive?", "Has my order shipped yet?"),
        "order_change": ("Can I still change my order?", "Please change the quantity to 2", "Please add one more to my order"),
        "cancel": ("Please cancel my order", "I want to cancel the order."),
        "return": ("I'd like to return an item", "It arrived damaged, can I get a refund?"),
        "confirmed": ("Thanks for your order! We're packing it now.", "Order received ✅"),
        "arrived": ("Your package has arrived 🎉", "Your order was delivered."),
        "shipped": ("Your package is on its way 📦", "Your order has shipped."),
        "reorder": ("Same as last time? One 👍 and it ships today.", "Running low? Tap 👍 to order again."),
        "decline": ("No thanks, not this time.", "Not right now"),
        "thanks": ("Thank you!", "Thanks a lot 🙏", "Awesome"),
        "link": ("Hi, I found you through your link", "I scanned your QR code"),
    },
}

TOPIC_INTENTS = {
    "greeting": "greeting",
    "enquiry": "product_question",
    "decision": "order_new",
    "same_again": "reorder",
    "hesitation": "decline",
    "order_question": "order_status",
    "order_change": "order_change",
    "cancel": "order_cancel",
    "return": "order_return",
    "decline": "decline",
    "thanks": "thanks",
    "link": "greeting",
}
