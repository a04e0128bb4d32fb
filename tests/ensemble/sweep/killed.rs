//! Killed by SIGKILL, at twenty moments that a seed chose, and resumed each time, a sweep ends with the bytes of one that never was.

use super::{Place, bytes, members};
use heavyball::ensemble::{Ensemble, MEMBERS, SettlingTime};
use heavyball::error::EnsembleError;
use heavyball::prelude::*;
use heavyball::sweep::Sweep;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const KILLS: usize = 20;
const BLOCKS: usize = 150;

/// The sweep of the child and of the parent.
fn sweep(
    then: impl FnOnce(&dyn Fn(Duration, Option<&Path>, ControlFlow<()>) -> Result<Vec<[f64; 2]>, Error>),
) {
    let (rules, starts) = members(BLOCKS * MEMBERS - 5);
    let ensemble = Ensemble::from_rules(rules, &DoubleWell, starts).unwrap();
    then(&|interval, file, watch| {
        let settling = SettlingTime::within(1e-9).unwrap();
        let sweep = Sweep::new(&ensemble, 4000, settling, |end, settled| {
            [*settled, end.position.x]
        })
        .with_label("to be killed")
        .with_interval(interval)
        .with_watch(move |_| watch);
        match file {
            Some(file) => sweep.resume(file),
            None => sweep.run(),
        }
    });
}

/// The process that is killed: it resumes the sweep of the file that its environment names and writes the result.
#[test]
#[ignore = "a process that the test below starts"]
fn child() {
    let file = std::env::var_os("SWEEP_FILE").unwrap();
    let result = std::env::var_os("SWEEP_RESULT").unwrap();
    let interval: u64 = std::env::var("SWEEP_MILLISECONDS")
        .unwrap()
        .parse()
        .unwrap();
    sweep(|resume| {
        let rows = resume(
            Duration::from_millis(interval),
            Some(Path::new(&file)),
            ControlFlow::Continue(()),
        );
        std::fs::write(result, bytes(&rows.unwrap())).unwrap();
    });
}

fn start(place: &Place, threads: usize, milliseconds: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sweep::killed::child", "--ignored"])
        .env("SWEEP_FILE", place.file())
        .env("SWEEP_RESULT", place.path().join("result"))
        .env("SWEEP_MILLISECONDS", milliseconds.to_string())
        .env("RAYON_NUM_THREADS", threads.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_killed_sweep_ends_with_the_same_bytes() {
    sweep(|resume| {
        let whole = bytes(&resume(Duration::ZERO, None, ControlFlow::Continue(())).unwrap());
        // How many blocks the file has, by a run that is ended before its first.
        let finished = |place: &Place| {
            let before = std::fs::read(place.file());
            let ended = resume(Duration::ZERO, Some(&place.file()), ControlFlow::Break(()));
            assert_eq!(std::fs::read(place.file()).ok(), before.ok());
            match ended {
                Err(Error::Ensemble(EnsembleError::Cancelled { done, total }))
                    if total == BLOCKS =>
                {
                    done
                }
                other => panic!("{other:?}"),
            }
        };
        let mut random = ChaCha8Rng::seed_from_u64(20);
        let place = Place::new("killed");
        let (mut kills, mut midway, mut writing, mut runs, mut done) = (0, 0, 0, 1, 0);
        let end = |mut child: Child| {
            assert!(child.wait().unwrap().success());
            let result = place.path().join("result");
            assert!(std::fs::read(&result).unwrap() == whole, "other bytes");
            std::fs::remove_file(result).unwrap();
            assert_eq!(place.names(), ["file", "file.lock"]);
        };
        while midway < KILLS {
            let before = std::fs::read(place.file()).ok();
            let mut child = start(&place, 1 + kills % 3, [0, 0, 20][kills % 3]);
            // Three of four are killed after they have written; the fourth wherever it is, which may be before it has begun.
            while kills % 4 > 0
                && child.try_wait().unwrap().is_none()
                && std::fs::read(place.file()).ok() == before
            {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_micros(u64::from(random.next_u32() % 60_000)));
            if child.try_wait().unwrap().is_some() {
                // Too fast for twenty kills: begin anew.
                end(child);
                std::fs::remove_file(place.file()).unwrap();
                (runs, done) = (runs + 1, 0);
                continue;
            }
            child.kill().unwrap();
            if child.wait().unwrap().success() {
                continue;
            }
            kills += 1;
            assert!(
                kills < 5 * KILLS,
                "only {midway} of {kills} had added blocks"
            );
            writing += usize::from(place.names().contains(&"file.part".to_owned()));
            if place.file().exists() {
                let now = finished(&place);
                assert!(now >= done, "{now} blocks after {done}");
                midway += usize::from(now > done && now < BLOCKS);
                done = now;
            }
        }
        end(start(&place, 2, 20));
        println!(
            "{kills} kills over {runs} runs: {midway} had added blocks, {writing} left a half-written file"
        );
    });
}
