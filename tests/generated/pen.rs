//! How a cell is written: every form that the method knows, and forms that it refuses.

use jiff::civil::Date;

use crate::random::Random;

/// Writes cells.
pub struct Pen {
    pub random: Random,
    /// Of 1000 cells, how many are written wrong.
    pub nasty: u32,
    /// Of 1000 dates, how many have a time of day.
    pub timed: u32,
}

const BLANKS: [&str; 12] = ["", "", "", "/", "-", "—", "——", "N/A", "na", "无", "　", "ｎ／Ａ"];

const BAD_DATES: [&str; 14] = [
    "3月",
    "2025-02-30",
    "2025-3/1",
    "25-03-01",
    "2025/3",
    "2025-13-01",
    "2025-03-01 25:00",
    "2025-03-01 24:00",
    "2025-03-01 8:5",
    "2025030",
    "底",
    "待定",
    "2025年3月1",
    "2025-03-01  8:30",
];

const BAD_NUMBERS: [&str; 14] = [
    "1e3",
    ".5",
    "5.",
    "45 %",
    "1,23",
    "90分",
    "1/0",
    "--1",
    "1,2345",
    "1234567890123456789012345678",
    "0x10",
    "1/2/3",
    "5%%",
    "1/-2",
];

/// Moments that name no day, or no single one.
const LOOSE_DATES: [&str; 22] = [
    "长期",
    "常年",
    "持续推进",
    "长期坚持",
    "年底",
    "年末前",
    "2025年底",
    "2025年末前",
    "6月底",
    "９月末前",
    "3月前",
    "11月底前",
    "2025-06",
    "2025-6",
    "2025-09底前",
    "2025年4月",
    "2025年10月底",
    "2024年2月末",
    "2025-2前",
    "2024年底",
    "12月末",
    "1月底",
];

impl Pen {
    pub fn new(random: Random, nasty: u32, timed: u32) -> Pen {
        Pen { random, nasty, timed }
    }

    /// Whether this cell is to be wrong.
    pub fn trouble(&mut self) -> bool {
        let nasty = self.nasty;
        self.random.chance(nasty)
    }

    pub fn blank(&mut self) -> String {
        self.random.word(&BLANKS).to_string()
    }

    /// A day in one of the forms that name it, now and then a loose one or none.
    pub fn date(&mut self, date: Date) -> String {
        if self.trouble() {
            return self.random.word(&BAD_DATES).to_string();
        }
        if self.random.chance(30) {
            return self.random.word(&LOOSE_DATES).to_string();
        }
        self.exact_date(date)
    }

    pub fn exact_date(&mut self, date: Date) -> String {
        let (y, m, d) = (date.year(), date.month(), date.day());
        let text = match self.random.below(9) {
            0 => format!("{y}/{m}/{d}"),
            1 => format!("{y}.{m}.{d}"),
            2 => format!("{y}.{m:02}.{d}"),
            3 => format!("{y}{m:02}{d:02}"),
            4 => format!("{y}年{m}月{d}日"),
            5 => format!("{y}/{m:02}/{d:02}"),
            6 => wide(&format!("{y}-{m}-{d}")),
            _ => format!("{y}-{m:02}-{d:02}"),
        };
        let timed = self.timed;
        if self.random.chance(timed) { format!("{text}{}", self.time()) } else { text }
    }

    fn time(&mut self) -> String {
        let (h, m, s) = (self.random.below(24), self.random.below(60), self.random.below(60));
        let before = self.random.word(&[" ", "T", "", " "]);
        match self.random.below(5) {
            0 => format!("{before}{h}:{m:02}:{s:02}"),
            1 => format!("{before}{h:02}:{m:02}"),
            2 => format!("{before}00:00"),
            3 => format!("{before}23:59:59"),
            _ => format!("{before}{h}:{m:02}"),
        }
    }

    /// A number of `tenths`, in one of its forms.
    pub fn number(&mut self, tenths: i64) -> String {
        if self.trouble() {
            return self.random.word(&BAD_NUMBERS).to_string();
        }
        let plain = tenths_text(tenths);
        match self.random.below(12) {
            0 => format!("{plain}%"),
            1 => wide(&plain),
            2 if tenths >= 0 => format!("+{plain}"),
            3 => format!("{tenths}/10"),
            4 => wide(&format!("{tenths}/10")),
            5 if plain.contains('.') => format!("{plain}00"),
            6 => grouped(&plain),
            7 => format!("　{plain} "),
            _ => plain,
        }
    }

    /// Parts of a list, with one of the separators and now and then an idle part.
    pub fn list(&mut self, parts: &[String], slash: bool) -> String {
        let marks = ["、", "，", ",", "；", ";", "|", "\n", "\r\n", "、 ", "/"];
        let marks = if slash { &marks[..] } else { &marks[..9] };
        let mut text = String::new();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                text.push_str(self.random.word(marks));
            }
            text.push_str(part);
        }
        if self.random.chance(30) {
            text.push_str(self.random.word(&["、", "、无", ";；", ",-"]));
        }
        text
    }
}

/// Full-width characters for the half-width ones.
pub fn wide(text: &str) -> String {
    let widen = |c: char| match c as u32 {
        code @ 0x21..=0x7e => char::from_u32(code + 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars().map(widen).collect()
}

/// A number of tenths as a decimal.
pub fn tenths_text(tenths: i64) -> String {
    let (sign, size) = (if tenths < 0 { "-" } else { "" }, tenths.abs());
    if size % 10 == 0 { format!("{sign}{}", size / 10) } else { format!("{sign}{}.{}", size / 10, size % 10) }
}

fn grouped(plain: &str) -> String {
    let (whole, rest) = plain.split_once('.').map_or((plain, String::new()), |(a, b)| (a, format!(".{b}")));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{sign}{text}{rest}")
}
