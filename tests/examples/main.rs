//! Examples: each runs, explains its arguments, and writes the numbers and figures it announces.
#![cfg(all(feature = "plot", feature = "parallel"))]
#![allow(
    clippy::excessive_precision,
    reason = "recorded numbers keep the digits they were printed with"
)]

mod finished;
mod frameworks;
#[cfg(feature = "parallel")]
mod many;
mod regression;
mod studies;
#[path = "../support/mod.rs"]
mod support;
mod sweeps;
mod tuned;

use finished::{EXAMPLES, Example, Fallible, Finished, directory, run};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The two last columns of each run of a table of the lecture, by the columns before k.
fn runs(name: &str) -> Fallible<BTreeMap<String, Vec<[f64; 2]>>> {
    let mut runs: BTreeMap<String, Vec<[f64; 2]>> = BTreeMap::new();
    for row in Finished::of("lecture")?.csv(name)?.1 {
        let [key @ .., k, one, other] = row.as_slice() else {
            return Err("a short row".into());
        };
        let key = key.join(",");
        let run = runs.entry(key.clone()).or_default();
        if k.parse() != Ok(run.len()) {
            return Err(format!("k = {k} after {} rows of {key}", run.len()).into());
        }
        run.push([one.parse()?, other.parse()?]);
    }
    Ok(runs)
}

/// Whether the text has 17 significant digits, and none that its number has not.
fn has_17_digits(text: &str) -> bool {
    let digits = text.split('e').next().map_or(0, |mantissa| {
        mantissa.chars().filter(char::is_ascii_digit).count()
    });
    text.parse()
        .is_ok_and(|x: f64| digits == 17 && format!("{x:.16e}") == text)
}

#[test]
fn every_example_is_tested() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let found: BTreeSet<String> = std::fs::read_dir(examples)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension().is_some_and(|end| end == "rs") || path.join("main.rs").exists()
        })
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let tested = EXAMPLES.map(|example| example.name.to_owned());
    assert_eq!(found, BTreeSet::from(tested));
}

#[test]
fn an_example_writes_what_it_announces_and_nothing_else() {
    for Example {
        name,
        figures,
        tables,
    } in EXAMPLES
    {
        let finished = Finished::of(name).unwrap();
        let announced = finished
            .printed
            .lines()
            .filter_map(|line| line.trim().strip_prefix("wrote "));
        let announced: BTreeSet<PathBuf> = announced.map(PathBuf::from).collect();
        let names = figures.iter().map(|(figure, ..)| figure).chain(tables);
        let expected: BTreeSet<&str> = names.copied().collect();
        let paths = expected.iter().map(|file| finished.directory.join(file));
        assert_eq!(announced, paths.collect());
        let written = finished.files.keys().map(String::as_str);
        assert_eq!(written.collect::<BTreeSet<&str>>(), expected);
    }
}

/// Width, height and bytes of a PNG of eight bits for each of red, green and blue.
fn decoded(png: &[u8]) -> Fallible<((u32, u32), Vec<u8>)> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info()?;
    let mut bytes = vec![0; reader.output_buffer_size().ok_or("too large")?];
    let frame = reader.next_frame(&mut bytes)?;
    let kind = (frame.color_type, frame.bit_depth);
    if kind != (png::ColorType::Rgb, png::BitDepth::Eight) {
        return Err(format!("an image of {kind:?}").into());
    }
    Ok(((frame.width, frame.height), bytes))
}

#[test]
fn figures_decode_at_their_size_and_show_something() {
    for Example { name, figures, .. } in EXAMPLES {
        let finished = Finished::of(name).unwrap();
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/figures");
        for &(figure, width, height) in figures {
            let (size, bytes) = decoded(finished.file(figure).unwrap()).unwrap();
            assert_eq!(size, (width, height), "{figure}");
            let (pixels, _) = bytes.as_chunks();
            let inked = pixels
                .iter()
                .filter(|pixel| pixel.iter().all(|part| *part < 240));
            let share = inked.count() as f64 / f64::from(width * height);
            // A map fills its panel, curves leave most of it white.
            assert!(
                (0.01..0.75).contains(&share),
                "{figure}: {share} of it is drawn on"
            );
            // Frames, grids and words are grey; what the figure shows has a colour, the thinnest curve two pixels of a thousand.
            let is_coloured = |[r, g, b]: [u8; 3]| r.max(g).max(b) - r.min(g).min(b) > 60;
            let coloured = pixels.iter().filter(|pixel| is_coloured(**pixel));
            let share = coloured.count() as f64 / f64::from(width * height);
            assert!(share > 0.001, "{figure}: {share} of it is coloured");
            // A package has no figures.
            if committed.is_dir() {
                let (size, _) = decoded(&std::fs::read(committed.join(figure)).unwrap()).unwrap();
                assert_eq!(size, (width, height), "docs/figures/{figure} is an old one");
            }
        }
    }
}

#[test]
fn arguments_that_are_not_understood_are_explained() {
    // translate reads its own: tests/examples/frameworks.rs.
    for Example { name, .. } in EXAMPLES
        .iter()
        .filter(|example| example.name != "translate")
    {
        let help = run(name, &["--help"]).unwrap();
        assert!(help.status.success());
        let text = String::from_utf8(help.stdout).unwrap();
        assert!(
            text.contains("Usage:") && text.contains("--out DIR"),
            "{text}"
        );

        for (arguments, reason) in [
            (vec!["--colour"], "unknown argument --colour"),
            (vec!["figures"], "unknown argument figures"),
            (vec!["--out"], "--out needs a directory"),
            (vec!["--out", ""], "--out needs a directory"),
        ] {
            let refused = run(name, &arguments).unwrap();
            let text = String::from_utf8(refused.stderr).unwrap();
            assert_eq!(refused.status.code(), Some(1), "{arguments:?}");
            assert!(text.contains(reason) && text.contains("Usage:"), "{text}");
            assert!(
                refused.stdout.is_empty(),
                "it ran in spite of {arguments:?}"
            );
        }
    }
}

#[test]
fn a_directory_that_cannot_be_made_is_a_message() {
    let parent = directory("occupied");
    std::fs::create_dir_all(&parent).unwrap();
    let file = parent.join("file");
    std::fs::write(&file, "in the way").unwrap();
    for Example { name, .. } in EXAMPLES {
        let inside = file.join("figures");
        let refused = run(name, &["--out", &inside.to_string_lossy()]).unwrap();
        assert_eq!(refused.status.code(), Some(1));
        let text = String::from_utf8(refused.stderr).unwrap();
        assert!(
            text.contains("cannot write") && text.contains("--out DIR"),
            "{text}"
        );
        assert!(
            text.contains(&*inside.to_string_lossy()) && !text.contains("panicked"),
            "{text}"
        );
    }
    std::fs::remove_dir_all(parent).unwrap();
}

#[test]
fn the_tables_have_their_columns_and_17_digits() {
    let lecture = Finished::of("lecture").unwrap();
    for (finished, table, columns, computed) in [
        (
            lecture,
            "quartic.csv",
            "method,alpha,beta,start,kick,k,x,f",
            vec![6, 7],
        ),
        (
            lecture,
            "double_well.csv",
            "method,alpha,beta,run,kick,k,x1,x2",
            vec![6, 7],
        ),
        (
            Finished::of("recover_sutskever").unwrap(),
            "recover_sutskever.csv",
            "mass,drag,dt,alpha,beta,steps,ulps,gap",
            vec![2, 3, 4, 6, 7],
        ),
    ] {
        let (header, rows) = finished.csv(table).unwrap();
        assert_eq!(header, columns);
        assert!(rows.len() > 30);
        for row in rows {
            assert_eq!(row.len(), columns.split(',').count(), "{row:?}");
            for &column in &computed {
                assert!(has_17_digits(&row[column]), "{}", row[column]);
                assert!(row[column].parse::<f64>().unwrap().is_finite(), "{row:?}");
            }
        }
    }
}

#[test]
fn the_quartic_runs_are_the_lectures() {
    let runs = runs("quartic.csv").unwrap();
    let run = |key: &str| -> Vec<f64> { runs[key].iter().map(|[x, _]| *x).collect() };
    let largest = |run: &[f64]| run.iter().copied().fold(f64::MIN, f64::max);
    let close =
        |x: f64, expected: f64, by: f64| assert!((x - expected).abs() <= by, "{x} {expected}");

    // Computed by other programs; the last digits depend on the order of evaluation.
    let descent = run("gradient_descent,0.1,0,-0.5,0");
    close(descent[100], -0.010222808231487635, 1e-12);
    assert_eq!(run("momentum,0.1,0,-0.5,0"), descent);
    let momentum = run("momentum,0.1,0.5,-0.5,0");
    close(momentum[100], 2.2499999999997953, 1e-12);
    close(largest(&momentum), 2.7299729, 5e-8);
    close(momentum[86], 2.25, 1e-12);
    assert!((0..86).all(|k| (momentum[k] - 2.25).abs() > 1e-12));
    let nesterov = run("nesterov,0.1,0.5,-0.5,0");
    close(nesterov[100], -0.0064182968145324107, 1e-12);
    close(largest(&nesterov), 2.3689395, 5e-8);

    for (key, rows) in &runs {
        for [x, f] in rows {
            let expected = x.powi(4) - 3.0 * x.powi(3) + 2.0;
            assert!(
                (f - expected).abs() <= 1e-13 * (1.0 + x.powi(4)),
                "{key}: {x} {f}"
            );
        }
        let diverges = key == "momentum,0.1,1,-0.5,0";
        assert_eq!(rows.len() < 101, diverges, "{key}");
    }
    let diverging = run("momentum,0.1,1,-0.5,0");
    assert!(
        diverging[11].abs() > 1e6 && diverging.len() < 16,
        "{diverging:?}"
    );
    let restless = run("momentum,0.01,1,-0.5,0");
    let late = &restless[60..];
    assert!(largest(late) - late.iter().copied().fold(f64::MAX, f64::min) > 2.0);
    assert_eq!(runs.len(), 9);
}

#[test]
fn a_kick_takes_the_quartic_off_its_saddle_forward_only() {
    let runs = runs("quartic.csv").unwrap();
    assert!(
        runs["momentum,0.1,0.5,0,0"]
            .iter()
            .all(|[x, f]| *x == 0.0 && *f == 2.0)
    );
    let forward = &runs["momentum,0.1,0.5,0,0.1"];
    assert_eq!(forward[1][0], 0.05, "the first step is beta times the kick");
    assert!((forward[100][0] - 2.25).abs() < 1e-11);
    let back: Vec<f64> = runs["momentum,0.1,0.5,0,-0.1"]
        .iter()
        .map(|[x, _]| *x)
        .collect();
    assert!(back[1..].iter().all(|x| (-0.08..0.0).contains(x)));
    assert!(
        back[3..].windows(2).all(|pair| pair[0] < pair[1]),
        "it creeps back to the saddle"
    );
}

#[test]
fn the_double_well_runs_are_the_lectures() {
    let runs = runs("double_well.csv").unwrap();
    let check = |method: &str, number: usize, k: usize, expected: [f64; 2]| {
        let found = runs[&format!("{method},0.1,0.5,{number},0")][k];
        for (x, expected) in found.iter().zip(expected) {
            assert!((x - expected).abs() < 1e-12, "{method} {number}: {found:?}");
        }
    };
    // Computed by other programs.
    let ends = [
        ([-0.99999999999999933, 9.7636e-16], [-1.0, -2.688e-20]),
        ([0.0, -6.509e-16], [0.0, 1.792e-20]),
        ([0.99999999999999734, -6.509e-16], [1.0, 1.792e-20]),
        ([0.99999999999999933, -9.7636e-16], [1.0, 2.688e-20]),
    ];
    for (number, (momentum, nesterov)) in ends.into_iter().enumerate() {
        check("momentum", number, 100, momentum);
        check("nesterov", number, 100, nesterov);
    }
    check(
        "momentum",
        0,
        10,
        [-0.96640921427449822, 0.048817944899999979],
    );
    check("nesterov", 0, 10, [-0.99975378667890324, 0.0164806656]);
    for method in [
        "momentum,0.1,0.5",
        "nesterov,0.1,0.5",
        "gradient_descent,0.1,0",
    ] {
        assert!(
            runs[&format!("{method},1,0")].iter().all(|x| x[0] == 0.0),
            "{method}"
        );
    }
    assert!(runs.values().all(|run| run.len() == 101));
}

#[test]
fn every_kick_leaves_the_ridge_to_its_own_side() {
    let runs = runs("double_well.csv").unwrap();
    for method in ["momentum", "nesterov"] {
        let kicked = runs
            .iter()
            .filter(|(key, _)| key.starts_with(method) && key.contains(';'));
        let kicked: Vec<_> = kicked.collect();
        assert_eq!(kicked.len(), 8, "{method}");
        let mut sides = BTreeSet::new();
        for (key, run) in kicked {
            let (_, kick) = key.rsplit_once(',').unwrap();
            let (across, along) = kick.split_once(';').unwrap();
            let (across, along): (f64, f64) = (across.parse().unwrap(), along.parse().unwrap());
            assert!((across.hypot(along) - 0.01).abs() < 1e-15, "{key}");
            assert_eq!(run[0], [0.0, 1.0]);
            assert!(
                (run[100][0] - across.signum()).abs() < 1e-10,
                "{key}: {:?}",
                run[100]
            );
            sides.insert(across > 0.0);
        }
        assert_eq!(sides.len(), 2, "{method}: all kicks went one way");
    }
    // Beside the saddle each step multiplies x₁ by the larger root of r² = (1 + β + 4α)r − β.
    for (key, run) in runs.iter().filter(|(key, _)| key.contains(';')) {
        let growth = if key.starts_with("momentum") {
            1.584429
        } else {
            1.684429
        };
        let factor = run[6][0] / run[5][0];
        assert!((factor - growth).abs() < 3e-3, "{key}: {factor}");
    }
}

#[test]
fn iterates_close_in_on_their_particle_at_second_order() {
    let printed = &Finished::of("lecture").unwrap().printed;
    let rows = printed
        .lines()
        .skip_while(|line| !line.contains("farthest iterate"))
        .skip(1);
    let last = |line: &str| {
        line.split_whitespace()
            .next_back()
            .unwrap()
            .parse()
            .unwrap()
    };
    let farthest: Vec<f64> = rows.take(4).map(last).collect();
    // Steps a quarter as long: a sixteenth of the distance, more or less at so coarse a step.
    for (coarse, fine) in [(0, 2), (1, 3)] {
        let ratio = farthest[coarse] / farthest[fine];
        assert!((12.0..50.0).contains(&ratio), "{farthest:?}");
    }
}

#[test]
fn symplectic_euler_is_sutskevers_update_and_explicit_euler_one_velocity_late() {
    let recover = Finished::of("recover_sutskever").unwrap();
    // Derivation (13) on f64 where every rescaling is exact.
    assert!(recover.printed.contains("the two differ by 0 ulps."));
    for (comparison, tally) in [
        ("symplectic Euler, x and v of every", "192 of 192 equal"),
        ("from the same state: v against v₊", "96 of 96 equal"),
        ("its x against x + v₊,", "0 of 96 equal"),
        ("its x against x + v,", "96 of 96 equal"),
    ] {
        let mut lines = recover.printed.lines();
        let line = lines.find(|line| line.contains(comparison)).unwrap();
        assert!(line.ends_with(&format!(" {tally}")), "{line}");
    }
    let (_, rows) = recover.csv("recover_sutskever.csv").unwrap();
    assert_eq!(rows.len(), 36);
    for row in rows {
        let numbers: Vec<f64> = row.iter().map(|x| x.parse().unwrap()).collect();
        let [mass, drag, dt, alpha, beta, steps, ulps, gap] = numbers[..] else {
            panic!("{row:?}");
        };
        assert!((dt * steps - 6.0).abs() < 1e-12);
        assert!((alpha - dt * dt / mass).abs() <= 1e-15 * alpha);
        assert!((beta - (1.0 - drag * dt / mass)).abs() < 1e-15);
        assert!(ulps < 1000.0, "{row:?}");
        let expected = gap_by_hand(mass, drag, dt, steps as usize);
        assert!((gap - expected).abs() < 1e-9 * expected, "{gap} {expected}");
        // A gap like Δt: from 0.05 to 0.0002 it falls by 256, give or take the coarse end.
        assert!((1.0..12.0).contains(&(gap / dt)), "{row:?}");
    }
}

/// The largest distance of explicit Euler from momentum on the double well, without the library.
fn gap_by_hand(mass: f64, drag: f64, dt: f64, steps: usize) -> f64 {
    let gradient = |[x, y]: [f64; 2]| [4.0 * x * x * x - 4.0 * x, 2.0 * y];
    let (alpha, beta) = (dt * dt / mass, 1.0 - drag * dt / mass);
    let (mut x, mut v) = ([-1.5, -1.5], [0.0, 0.0]);
    let (mut y, mut p) = ([-1.5, -1.5], [0.0, 0.0]);
    let mut gap: f64 = 0.0;
    for _ in 0..steps {
        let (of_x, of_y) = (gradient(x), gradient(y));
        for i in 0..2 {
            v[i] = beta * v[i] - alpha * of_x[i];
            x[i] += v[i];
            y[i] += dt / mass * p[i];
            p[i] = beta * p[i] - dt * of_y[i];
        }
        gap = gap.max((x[0] - y[0]).hypot(x[1] - y[1]));
    }
    gap
}
