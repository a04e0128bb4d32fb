//! The derivation and its tests hold together: every equation has its number, its anchor and a test that
//! cites it in its doc comment, in a file that the section names under "Checked by".

use std::collections::BTreeSet;
use std::path::Path;

/// How many there are.
const EQUATIONS: u32 = 105;

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_default()
}

/// The derivation, cut after each "Checked by" line.
fn sections() -> Vec<String> {
    let (mut sections, mut section) = (Vec::new(), String::new());
    for line in text("docs/derivation.md").lines() {
        section += line;
        section.push('\n');
        if line.starts_with("Checked by: ") {
            sections.push(std::mem::take(&mut section));
        }
    }
    sections
}

/// What stands between `before` and `after`, each time.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Vec<&'t str> {
    let rests = text.split(before).skip(1);
    rests
        .filter_map(|rest| Some(rest.split_once(after)?.0))
        .collect()
}

/// The numbers that a text cites, ranges like "(9) to (13)" and "(23)–(26)" whole.
fn numbers(text: &str) -> BTreeSet<u32> {
    let mut numbers = BTreeSet::new();
    let mut first = None;
    let mut joint = "";
    for part in text.split('(') {
        let Some((inside, rest)) = part.split_once(')') else {
            continue;
        };
        let Ok(number) = inside.parse::<u32>() else {
            first = None;
            continue;
        };
        let from = match (first, joint.trim()) {
            (Some(first), "to" | "–") => first,
            _ => number,
        };
        numbers.extend(from..=number);
        (first, joint) = (Some(number), rest);
    }
    numbers
}

/// The numbers that the tests of a file cite: each in the doc comment of its own function. What stands in the
/// header of the file, over a helper or in a body is no claim of a test.
fn cited(source: &str) -> BTreeSet<u32> {
    let mut cited = BTreeSet::new();
    let (mut doc, mut is_test) = (String::new(), false);
    for line in source.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix("///") {
            doc += comment;
        } else if line.starts_with("#[") {
            is_test |= line == "#[test]";
        } else {
            if is_test && line.starts_with("fn ") {
                cited.extend(numbers(&doc));
            }
            (doc, is_test) = (String::new(), false);
        }
    }
    cited
}

#[test]
fn only_the_doc_comment_of_a_test_cites() {
    let source = "
        //! The header, (1).

        /// A helper, (2).
        fn helper() {}

        // Before it, (3).
        /// A test on more than one line, (4),
        /// (6) to (8) and f(9).
        #[cfg(unix)]
        #[test]
        fn test() {
            // In it, (10).
        }

        proptest! {
            /// A property, (12)–(14).
            #[test]
            fn property(x in 0..1) {}
        }

        /// No function follows, (15).
        #[test]
        const NOTHING: () = ();
    ";
    let expected = [4, 6, 7, 8, 9, 12, 13, 14];
    assert_eq!(cited(source), BTreeSet::from(expected));
}

#[test]
fn equations_are_numbered_from_1_with_an_anchor_each() {
    let all = text("docs/derivation.md");
    let numbers: Vec<u32> = between(&all, "\\tag{", "}")
        .into_iter()
        .map(|number| number.parse().unwrap())
        .collect();
    assert_eq!(numbers, (1..=EQUATIONS).collect::<Vec<_>>());
    for number in numbers {
        assert!(
            all.contains(&format!("<a id=\"eq-{number}\"></a>")),
            "({number})"
        );
    }
}

#[test]
fn every_equation_is_cited_by_a_test_that_its_section_names() {
    let mut checked = BTreeSet::new();
    for section in sections() {
        let (body, line) = section.rsplit_once("Checked by: ").unwrap();
        let files = between(line, "`tests/", "`");
        assert!(!files.is_empty(), "no file under: {line}");
        let mut cites = BTreeSet::new();
        for file in files {
            let file = format!("tests/{file}");
            let source = text(&file);
            assert!(!source.is_empty(), "{file} is missing");
            cites.extend(cited(&source));
        }
        for number in between(body, "\\tag{", "}") {
            let number: u32 = number.parse().unwrap();
            assert!(
                cites.contains(&number),
                "no test cites ({number}) in: {line}"
            );
            checked.insert(number);
        }
    }
    assert_eq!(checked, (1..=EQUATIONS).collect());
}
