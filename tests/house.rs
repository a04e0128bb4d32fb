//! The folders of `src` are rooms on floors: a room imports only from rooms below it.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its files should fail"
)]

use std::path::{Path, PathBuf};

/// From the ground up. `number`, `check` and `stepping` are files; every other name is a folder.
const FLOORS: [&str; 20] = [
    "elementary",
    "number",
    "check",
    "stepping",
    "matrices",
    "noise",
    "potentials",
    "ode",
    "particle",
    "adaptive_steps",
    "fixed_steps",
    "langevin",
    "motion",
    "optimizers",
    "frameworks",
    "adaptive_rules",
    "mapping",
    "ensemble",
    "sweep",
    "study",
];

/// Files that name things of every room: the list of exports, and the error that wraps each room's own.
const LISTS: [&str; 3] = ["lib.rs", "prelude.rs", "error.rs"];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|name| *name == room)
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    folders
        .iter()
        .flat_map(|folder| sources(folder))
        .chain(files)
        .collect()
}

/// The rooms named after `crate::` in code, comments left out.
fn imported(code: &str) -> Vec<&str> {
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let names = lines.flat_map(|line| line.split("crate::").skip(1));
    names
        .map(|rest| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap_or("")
        })
        .collect()
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn imports_between_rooms_run_one_way() {
    let src = src();
    let mut checked = 0;
    for path in sources(&src) {
        let name = path
            .strip_prefix(&src)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        if LISTS.contains(&name.as_str()) {
            continue;
        }
        let room = name.split(['/', '.']).next().unwrap();
        let own = floor(room).unwrap_or_else(|| panic!("{name} is in no room of the list"));
        for other in imported(&std::fs::read_to_string(&path).unwrap())
            .into_iter()
            .filter_map(floor)
        {
            assert!(
                other <= own,
                "{name} imports from {}, which lies above it",
                FLOORS[other]
            );
            checked += 1;
        }
    }
    assert!(checked > 300, "only {checked} imports were seen");
}

/// The particle's wing and the optimiser's; what joins them is `mapping` and `study`.
const WINGS: [&[&str]; 2] = [
    &[
        "ode",
        "particle",
        "adaptive_steps",
        "fixed_steps",
        "langevin",
        "motion",
    ],
    &["optimizers", "frameworks", "adaptive_rules"],
];

#[test]
fn the_two_wings_do_not_import_each_other() {
    for (wing, other) in [(WINGS[0], WINGS[1]), (WINGS[1], WINGS[0])] {
        for path in wing.iter().flat_map(|room| sources(&src().join(room))) {
            let code = std::fs::read_to_string(&path).unwrap();
            let across = imported(&code)
                .into_iter()
                .find(|room| other.contains(room));
            assert_eq!(across, None, "{}", path.display());
        }
    }
}

#[test]
fn the_page_of_the_design_names_every_room() {
    let design = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/design.md");
    let design = std::fs::read_to_string(design).unwrap();
    for room in FLOORS.iter().filter(|room| src().join(room).is_dir()) {
        assert!(design.contains(&format!("{room}/")), "{room} is missing");
    }
}
