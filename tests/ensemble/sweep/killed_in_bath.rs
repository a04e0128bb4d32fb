//! A sweep in a bath, killed by SIGKILL and resumed, has the bits of one in one piece: its noise is a function of the step and of
//! nothing that a kill could lose.

use super::{Place, bytes};
use heavyball::ensemble::{Ensemble, FirstPassage, MEMBERS};
use heavyball::langevin::{Baoab, Langevin};
use heavyball::noise::Noise;
use heavyball::prelude::*;
use heavyball::sweep::Sweep;
use nalgebra::vector;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const KILLS: usize = 4;
const BLOCKS: usize = 60;

/// When each ball first passes the barrier, and where it is at the end.
fn rows(file: Option<&Path>) -> Vec<[f64; 2]> {
    let bath = Langevin::new(HeavyBall::new(1.0, 0.5).unwrap(), 0.4).unwrap();
    let starts = vec![Phase::at_rest(vector![-1.0, 0.0]); BLOCKS * MEMBERS - 7];
    let method = Baoab::new(0.1).unwrap();
    let ensemble = Ensemble::in_bath(&method, &bath, &DoubleWell, starts, Noise::new(44)).unwrap();
    let passage = FirstPassage::above(0, 0.5).unwrap();
    let sweep = Sweep::new(&ensemble, 600, passage, |end, passed| {
        [*passed, end.phase.position.x]
    })
    .with_interval(Duration::ZERO);
    match file {
        Some(file) => sweep.resume(file),
        None => sweep.run(),
    }
    .unwrap()
}

/// The process that is killed: it resumes the sweep of the file that its environment names and writes the result.
#[test]
#[ignore = "a process that the test below starts"]
fn child() {
    let file = std::env::var_os("SWEEP_FILE").unwrap();
    let result = std::env::var_os("SWEEP_RESULT").unwrap();
    std::fs::write(result, bytes(&rows(Some(Path::new(&file))))).unwrap();
}

fn start(place: &Place, threads: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sweep::killed_in_bath::child", "--ignored"])
        .env("SWEEP_FILE", place.file())
        .env("SWEEP_RESULT", place.path().join("result"))
        .env("RAYON_NUM_THREADS", threads.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_killed_sweep_in_a_bath_ends_with_the_same_bytes() {
    let whole = rows(None);
    let passed = whole.iter().filter(|row| row[0].is_finite()).count();
    assert!((1000..whole.len() - 1000).contains(&passed), "{passed}");
    let place = Place::new("killed-in-bath");
    let mut kills = 0;
    for attempt in 0.. {
        assert!(
            attempt < 20 * KILLS,
            "only {kills} kills found a run under way"
        );
        let before = std::fs::read(place.file()).ok();
        let mut child = start(&place, 1 + attempt % 3);
        // Until it has added blocks to the file.
        while kills < KILLS
            && child.try_wait().unwrap().is_none()
            && std::fs::read(place.file()).ok() == before
        {
            std::thread::sleep(Duration::from_millis(1));
        }
        if kills < KILLS && child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            kills += usize::from(!child.wait().unwrap().success());
            continue;
        }
        assert!(child.wait().unwrap().success());
        let result = place.path().join("result");
        assert!(
            std::fs::read(&result).unwrap() == bytes(&whole),
            "other bytes"
        );
        if kills == KILLS {
            return;
        }
        // Too fast to be killed: begin anew.
        std::fs::remove_file(place.file()).unwrap();
    }
}
