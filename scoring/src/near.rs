//! Names that are near to one that nobody has: what a clerk may have meant.
//!
//! Nothing is ever taken for what it is near to. A row with such a name stays rejected, and its hint names what may
//! have been meant; a person decides.

use crate::read::width::half;

/// Most names that a hint puts forward. Where more are equally near, none of them says anything.
pub const MOST: usize = 3;

/// How near two names are, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nearness {
    /// They differ in spaces, line breaks, case, full width, traditional characters or zeros before a number.
    Spelling,
    /// One is the other with more before or after it: 财政局, 武汉市财政局.
    Part,
    /// They differ in the place before and the kind of office behind: 市财政, 区财政局.
    Place,
    /// One is a short form of the other: 发改委, 发展和改革委员会.
    Short,
    /// One character is another, missing or too many; of six or more characters two.
    Letters,
}

/// A name in the forms in which names are compared.
#[derive(Debug, Clone)]
struct Form {
    /// Without what [`Nearness::Spelling`] passes over.
    spelled: String,
    /// The same without place and kind of office.
    core: String,
}

/// Names to compare others with.
#[derive(Debug, Clone, Default)]
pub struct Known(Vec<Form>);

impl Known {
    /// Some names.
    pub fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        Self(names.map(Form::new).collect())
    }

    /// The nearest of the names, as places in their order, with how near they are; none when more than [`MOST`] are
    /// equally near.
    pub fn nearest(&self, name: &str) -> Option<(Nearness, Vec<usize>)> {
        let wanted = Form::new(name);
        let mut found: Option<(Nearness, Vec<usize>)> = None;
        for (place, form) in self.0.iter().enumerate() {
            let Some(nearness) = wanted.nearness(form) else { continue };
            match &mut found {
                Some((nearest, places)) if *nearest == nearness => places.push(place),
                Some((nearest, _)) if *nearest < nearness => {}
                _ => found = Some((nearness, vec![place])),
            }
        }
        found.filter(|(_, places)| places.len() <= MOST)
    }
}

impl Form {
    fn new(name: &str) -> Self {
        let spelled = spelled(name);
        let core = core(&spelled).to_owned();
        Self { spelled, core }
    }

    fn nearness(&self, other: &Self) -> Option<Nearness> {
        let (a, b) = (&*self.spelled, &*other.spelled);
        if a.is_empty() || b.is_empty() {
            return None;
        }
        if a == b {
            return Some(Nearness::Spelling);
        }
        if a.is_ascii() || b.is_ascii() {
            return one_letter_off(a, b).then_some(Nearness::Letters);
        }
        let (short, long) = if a.len() < b.len() { (self, other) } else { (other, self) };
        let part =
            |inner: &str, outer: &str| at_least(inner, 2) && (outer.starts_with(inner) || outer.ends_with(inner));
        if part(&short.spelled, &long.spelled) {
            return Some(Nearness::Part);
        }
        if self.core == other.core && at_least(&self.core, 2) {
            return Some(Nearness::Place);
        }
        if is_short_for(&short.core, &long.core) {
            return Some(Nearness::Short);
        }
        one_letter_off(a, b).then_some(Nearness::Letters)
    }
}

/// In half width, simplified, lower case, without spaces and without zeros before numbers.
fn spelled(name: &str) -> String {
    let simplified = fast2s::convert(&half(name));
    let mut spelled = String::with_capacity(simplified.len());
    let mut in_number = false;
    for c in simplified.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{200B}' | '\u{FEFF}')) {
        if c == '0' && !in_number {
            continue;
        }
        in_number = c.is_ascii_digit();
        spelled.extend(c.to_lowercase());
    }
    spelled
}

/// A name without the place before it and the kind of office behind it: 财政 of 武汉市财政局, 江岸 of 江岸区人民政府.
fn core(spelled: &str) -> &str {
    let name = ["人民政府", "政府", "管委会"].iter().find_map(|end| spelled.strip_suffix(end)).unwrap_or(spelled);
    let places = ['省', '市', '区', '县'];
    let after_place = name.find(places).and_then(|place| name.get(place + '市'.len_utf8()..));
    let name = after_place.filter(|rest| at_least(rest, 2)).unwrap_or(name);
    name.strip_suffix(['局', '市', '区', '县']).filter(|rest| at_least(rest, 2)).unwrap_or(name)
}

fn at_least(text: &str, characters: usize) -> bool {
    text.chars().nth(characters.saturating_sub(1)).is_some()
}

/// Whether the characters of a name stand in the other in their order, the first being the first.
fn is_short_for(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short != long
        && at_least(short, 2)
        && short.chars().next() == long.chars().next()
        && short.chars().all(|wanted| rest.any(|c| c == wanted))
}

fn one_letter_off(a: &str, b: &str) -> bool {
    let (in_a, in_b) = (a.chars().count(), b.chars().count());
    // Ids count up: the next one is another thing and no slip of the pen.
    let is_id = |text: &str| text.is_ascii() && text.bytes().any(|byte| byte.is_ascii_digit());
    if is_id(a) || is_id(b) || in_a.abs_diff(in_b) > 2 {
        return false;
    }
    let allowed = match (in_a.min(in_b), a.is_ascii() && b.is_ascii()) {
        (0..=1, _) | (2 | 3, true) => 0,
        // 王伟 is not 王强: of two characters one is half of the name, and only in the same length is it a slip.
        (2, false) => usize::from(in_a == in_b),
        (3..=5, _) => 1,
        _ => 2,
    };
    allowed > 0 && strsim::osa_distance(a, b) <= allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UNITS: [&str; 9] = [
        "市财政局",
        "市发展和改革委员会",
        "江岸区人民政府",
        "市人力资源和社会保障局",
        "市住房和更新局",
        "江汉区人民政府",
        "市卫生健康委员会",
        "U03",
        "市教育局",
    ];

    fn nearest(name: &str) -> (Option<Nearness>, Vec<&'static str>) {
        match Known::new(UNITS.into_iter()).nearest(name) {
            Some((nearness, places)) => (Some(nearness), places.into_iter().map(|place| UNITS[place]).collect()),
            None => (None, Vec::new()),
        }
    }

    #[test]
    fn spaces_width_case_and_traditional_characters_are_spelling() {
        for name in ["市 财政局", "市財政局", "市财\n政局", "市财政局\u{3000}"] {
            assert_eq!(nearest(name), (Some(Nearness::Spelling), vec!["市财政局"]), "{name}");
        }
        for name in ["u03", "Ｕ０３", "U3", "U 003"] {
            assert_eq!(nearest(name), (Some(Nearness::Spelling), vec!["U03"]), "{name}");
        }
    }

    #[test]
    fn a_missing_or_additional_place_or_office_is_near() {
        for name in ["财政局", "武汉市财政局", "市财政"] {
            assert_eq!(nearest(name), (Some(Nearness::Part), vec!["市财政局"]), "{name}");
        }
        assert_eq!(nearest("区财政局"), (Some(Nearness::Place), vec!["市财政局"]));
        for name in ["江岸", "江岸区", "武汉市江岸区政府", "江岸区委区政府"] {
            assert_eq!(nearest(name).1, ["江岸区人民政府"], "{name}");
        }
    }

    #[test]
    fn a_common_short_form_is_near() {
        for (name, unit) in [
            ("市发改委", "市发展和改革委员会"),
            ("武汉市发改委", "市发展和改革委员会"),
            ("人社局", "市人力资源和社会保障局"),
            ("卫健委", "市卫生健康委员会"),
        ] {
            assert_eq!(nearest(name), (Some(Nearness::Short), vec![unit]), "{name}");
        }
    }

    #[test]
    fn one_wrong_character_is_near_and_another_id_is_not() {
        assert_eq!(nearest("市财攻局"), (Some(Nearness::Letters), vec!["市财政局"]));
        assert_eq!(nearest("市房屋和更新局"), (Some(Nearness::Letters), vec!["市住房和更新局"]));
        assert_eq!(nearest("U04"), (None, vec![]));
        assert_eq!(nearest("气象台"), (None, vec![]));
    }

    #[test]
    fn where_more_than_three_are_equally_near_none_is_put_forward() {
        let known = Known::new(["甲区城管局", "乙区城管局", "丙区城管局", "丁区城管局"].into_iter());
        assert_eq!(known.nearest("城管局"), None);
        assert_eq!(known.nearest("甲区城管"), Some((Nearness::Part, vec![0])));
    }

    proptest! {
        #[test]
        fn no_name_makes_it_panic(name in "\\PC*", other in "[市区县局政府0-9U ]{0,8}") {
            let known = Known::new([name.as_str(), other.as_str()].into_iter());
            for wanted in [&name, &other] {
                if let Some((nearness, places)) = known.nearest(wanted) {
                    prop_assert_eq!(nearness, Nearness::Spelling);
                    prop_assert!(places.len() <= 2);
                }
            }
        }
    }
}
