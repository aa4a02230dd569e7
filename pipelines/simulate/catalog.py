"""The shops of the simulated world before anything happens: names, wares, places and manners. Prices in minor units."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of shop. `channels` weighs how its customers reach it: messenger, instagram, whatsapp, web shop alone."""

    id: str
    name: str
    currency: str
    zone: str
    language: str
    domain: str
    phone_prefix: str
    number_prefix: str  # before an order's number, as some shops print it
    tax_permille: int
    shipping_minor: int
    free_shipping_minor: int
    click_cost_minor: int
    size: float
    base_propensity: float
    channels: tuple[float, float, float, float]
    wares: tuple[tuple[str, int, str], ...]  # title, price, category
    campaigns: tuple[str, ...]
    audiences: tuple[str, ...]
    places: tuple[str, ...]  # where the store's QR codes hang
    address: tuple[str, str, str, str]  # street, city, postal code, country code
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    system: str = "shopify"  # what the shop runs on
    has_meta_shop: bool = False  # sells in Instagram's own checkout as well


_GERMAN_FIRST = ("Anna", "Lukas", "Mia", "Jonas", "Lea", "Felix", "Sophie", "Paul", "Jürgen", "Zoë", "Emma", "Max", "Clara", "Käthe")
_GERMAN_LAST = ("Müller", "Schmidt", "Weber", "Huber", "Keller", "Vogel", "Bauer", "Schäfer", "Lang", "Groß", "Brunner", "Frei")
_ENGLISH_FIRST = ("Olivia", "Liam", "Ava", "Ethan", "Maya", "Noah", "Grace", "Mason", "Chloe", "Jack", "Zara", "Leo")
_ENGLISH_LAST = ("Johnson", "Rivera", "Kim", "O'Brien", "Patel", "Walker", "Nguyen", "Brooks", "Cohen", "Reed")
_JAPANESE_FIRST = ("陽菜", "蓮", "結衣", "大翔", "美咲", "悠斗", "さくら", "翔太")
_JAPANESE_LAST = ("佐藤", "鈴木", "高橋", "田中", "渡辺", "伊藤", "山本")
_ARABIC_FIRST = ("نورة", "Fahad", "Maryam", "Yousef", "Dana", "عبدالله", "Hessa", "Khaled")
_ARABIC_LAST = ("Al-Sabah", "Al-Mutairi", "Al-Ajmi", "العنزي", "Al-Rashidi", "Behbehani")

TEMPLATES: tuple[Template, ...] = (
    Template(
        "berlin-blumen",
        "Berlin Blumen",
        "EUR",
        "Europe/Berlin",
        "de",
        "berlin-blumen.myshopify.com",
        "49151",
        "",
        70,
        590,
        6000,
        215,
        1.25,
        0.27,
        (0.34, 0.30, 0.24, 0.12),
        (
            ("Tulpenstrauß Frühling", 2490, "Sträuße"),
            ("Pfingstrosen rosa, 10 Stiele", 3450, "Schnittblumen"),
            ("Sträußchen der Woche", 1290, "Sträuße"),
            ("Olivenbaum im Topf", 7900, "Topfpflanzen"),
            ("Trockenblumenkranz", 3990, "Deko"),
            ("Rosenbox „Herz“", 8900, "Sträuße"),
            ("Vase Rauchglas", 1899, "Deko"),
        ),
        ("Frühlingsstart 2026", "Muttertag", "Immer da: Sträuße"),
        ("Berlin 25-45", "Ähnliche Käufer 1 %", "Besucher 30 Tage"),
        ("kreuzberg", "mitte"),
        ("Oranienstraße 12", "Berlin", "10999", "DE"),
        _GERMAN_FIRST,
        _GERMAN_LAST,
    ),
    Template(
        "zuercher-schoggi",
        "Zürcher Schoggi",
        "CHF",
        "Europe/Zurich",
        "de",
        "zuercher-schoggi.myshopify.com",
        "41791",
        "ZS-",
        26,
        900,
        10000,
        253,
        0.8,
        0.31,
        (0.26, 0.24, 0.38, 0.12),
        (
            ("Pralinenschachtel 24 Stück", 4850, "Pralinen"),
            ("Tafel Grand Cru 70 %", 890, "Tafeln"),
            ("Osterhase Haselnuss", 1950, "Saison"),
            ("Truffes Champagner", 3200, "Pralinen"),
            ("Schoggi-Abo, 3 Monate", 11900, "Abo"),
            ("Heisse Schokolade 500 g", 2450, "Trinkschokolade"),
        ),
        ("Ostern 2026", "Geschenke für Firmen", "Grand Cru"),
        ("Zürich & Zug", "Deutschschweiz 30-60", "Newsletter ähnlich"),
        ("bahnhofstrasse", "niederdorf"),
        ("Niederdorfstrasse 7", "Zürich", "8001", "CH"),
        _GERMAN_FIRST,
        _GERMAN_LAST,
    ),
    Template(
        "brooklyn-beans",
        "Brooklyn Beans",
        "USD",
        "America/New_York",
        "en",
        "brooklyn-beans.myshopify.com",
        "1718",
        "",
        89,
        650,
        5000,
        112,
        1.1,
        0.24,
        (0.42, 0.36, 0.06, 0.16),
        (
            ("House Blend 12 oz", 1695, "Coffee"),
            ("Ethiopia Guji 12 oz", 2150, "Coffee"),
            ("Cold Brew Kit", 3400, "Brew Gear"),
            ("Enamel Mug", 1450, "Brew Gear"),
            ("Decaf Moonlight 12 oz", 1795, "Coffee"),
            ("Subscription Box", 4800, "Subscriptions"),
            ("Paper Filters x100", 799, "Brew Gear"),
        ),
        ("Spring Roast Drop", "Subscribe & Save", "Always On Coffee"),
        ("NYC 21-40", "Lookalike Buyers 2%", "Cart Visitors 14d"),
        ("williamsburg", "bushwick"),
        ("214 Bedford Ave", "Brooklyn", "11249", "US"),
        _ENGLISH_FIRST,
        _ENGLISH_LAST,
        has_meta_shop=True,
    ),
    Template(
        "kyoto-tea-house",
        "Kyoto Tea House",
        "JPY",
        "Asia/Tokyo",
        "en",
        "kyoto-tea-house.myshopify.com",
        "8190",
        "KT",
        80,
        650,
        8000,
        178,
        0.9,
        0.22,
        (0.16, 0.56, 0.12, 0.16),
        (
            ("宇治抹茶 Uji Matcha 40g", 3240, "抹茶"),
            ("Gyokuro Spring Leaf", 4320, "Leaf Tea"),
            ("Hojicha Roast 200g", 1080, "Leaf Tea"),
            ("茶筅 Bamboo Whisk", 2750, "Tea Ware"),
            ("Raku Tea Bowl", 12800, "Tea Ware"),
            ("Sencha Bags x20", 980, "Leaf Tea"),
        ),
        ("新茶 First Flush 2026", "Matcha Starter", "Gift Season"),
        ("Kansai 25-54", "Tea Lovers", "Visitors 30d"),
        ("gion", "nishiki"),
        ("Shinbashi-dori 3", "Kyoto", "605-0085", "JP"),
        _JAPANESE_FIRST,
        _JAPANESE_LAST,
    ),
    Template(
        "dar-al-oud",
        "Dar Al Oud",
        "KWD",
        "Asia/Kuwait",
        "en",
        "dar-al-oud.myshopify.com",
        "9655",
        "",
        0,
        1500,
        30000,
        1010,
        0.7,
        0.29,
        (0.08, 0.34, 0.50, 0.08),
        (
            ("Oud Royal 50 ml", 28500, "Perfume"),
            ("Bakhoor Classic", 4750, "Incense"),
            ("Musk Tahara 12 ml", 6250, "Perfume"),
            ("Mabkhara Brass Burner", 12900, "Incense"),
            ("Gift Set Eid", 34995, "Gifts"),
            ("Amber Oil 6 ml", 3125, "Perfume"),
        ),
        ("Ramadan Nights", "Eid Gifts", "Signature Oud"),
        ("Kuwait City 22-50", "Gulf Luxury", "Chat Visitors"),
        ("avenues", "salmiya"),
        ("Salem Al Mubarak St 41", "Salmiya", "20004", "KW"),
        _ARABIC_FIRST,
        _ARABIC_LAST,
    ),
    Template(
        "wiener-keramik",
        "Wiener Keramik",
        "EUR",
        "Europe/Vienna",
        "de",
        "wiener-keramik.example",
        "43660",
        "WK",
        200,
        750,
        12000,
        173,
        0.65,
        0.2,
        (0.40, 0.28, 0.16, 0.16),
        (
            ("Espressotasse Melange", 1850, "Tassen"),
            ("Teller Donau, 26 cm", 3400, "Teller"),
            ("Krug Prater", 5600, "Krüge"),
            ("Schüssel-Set, 3-teilig", 7250, "Teller"),
            ("Vase Ringstraße", 9400, "Vasen"),
            ("Eierbecher Spatz", 1190, "Tassen"),
        ),
        ("Neue Kollektion", "Hochzeitslisten", "Atelier offen"),
        ("Wien 28-55", "Wohnen & Design", "Warenkorb 14 Tage"),
        ("neubau", "naschmarkt"),
        ("Lindengasse 22", "Wien", "1070", "AT"),
        _GERMAN_FIRST,
        _GERMAN_LAST,
        system="woocommerce",
    ),
)

CREATIVES = ("Video 15 s", "Carousel", "Story 9:16", "Photo A", "Photo B", "UGC Clip", "Collection", "Reel Teaser")
LINK_REFS = ("newsletter_march", "bio_link", "footer-chat", "influencer_lena", "blog_2026-03")
