"""Names people of the group carry, by language; word lists only."""

FIRST = {
    "de": "Anna Lena Marie Sophie Clara Jonas Lukas Felix Paul Emil Greta Ida Jürgen Käthe Björn".split(),
    "en": "Alice Emma Olivia Grace Ruby James Oliver Henry Jack Noah Zoë Chloë Ravi Amir Maya".split(),
    "ja": "Haruka Yuki Sakura Aoi Mei Haruto Ren Sota Riku Kaito Naoko Kenji Akira Emi Daichi".split(),
}
LAST = {
    "de": "Schmidt Fischer Weber Wagner Becker Hoffmann Koch Richter Klein Wolf Schröder Jäger Lüders".split(),
    "en": "Smith Jones Taylor Brown Wilson Evans Thomas Walker Wright Clarke Patel O'Brien García".split(),
    "ja": "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Mori".split(),
}
STREET = {"de": "Lindenweg", "en": "Maple Street", "ja": "Sakura-dori"}

# Providers by language; the first three ignore plus tags, the reserved ones are not known to.
PROVIDERS = {
    "de": "gmail.com outlook.com proton.me example.de example.net".split(),
    "en": "gmail.com icloud.com hotmail.com example.com example.org".split(),
    "ja": "gmail.com icloud.com outlook.com example.jp example.net".split(),
}
PLUS_TAG_PROVIDERS = 3

PRODUCT_NOUNS = "Lamp Mug Blanket Vase Chair Notebook Candle Bowl Clock Basket Cushion Tray".split()
PRODUCT_STYLES = "Nord Fjord Birch Linen Amber Slate Coral Moss Dune Frost Cedar Tide".split()
VENDORS = ["Nordlicht Home", "Fjell & Co", "Studio Birke", "Kumo Works"]
EDIBLE_NOUNS = "Tea Honey Biscuits Coffee".split()
