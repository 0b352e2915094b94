"""Titles in every script that a ticket must be able to write."""
# ruff: noqa: RUF001 - letters of other scripts that look like Latin ones are meant

TITLES = {
    "Greek": "Ο Θίασος: Ταξίδι στα Κύθηρα, ϊΰ",
    "Cyrillic": "Сталкер и ёлки, Їжак, Ђавољи",
    "Polish": "Zażółć gęślą jaźń ŁÓDŹ",
    "Turkish": "İstanbul Kırmızısı, Şeker Ağacı",
    "Vietnamese": "Mùi đu đủ xanh, Việt Nam",
    "Hindi": "दिलवाले दुल्हनिया ले जाएंगे क्षत्रिय शोले २",
    "Arabic": "كفرناحوم (2018) – الجزء ٢ عُمَر",
    "Persian": "جدایی نادر از سیمین گچ پژ",
    "Hebrew": "ואלס עם באשיר",
    "Chinese, simplified": "霸王别姬：流浪地球2《花样年华》",
    "Chinese, traditional": "臥虎藏龍 悲情城市 㐂",
    "Japanese": "千と千尋の神隠し・ハウルの動く城〜「ゴジラ−1.0」",
    "Korean": "기생충, 올드보이",
    "symbols": "★ Stars ♥ ½ № ™ € ₹ ₺ ₽ → ♪",
}
