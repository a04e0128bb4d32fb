//! Ended and resumed with other threads, instructions, intervals and at any block: the same bytes; another sweep: an error.

use super::{Place, bytes, members};
use heavyball::Himmelblau;
use heavyball::ensemble::{
    ByRule, Ensemble, Grid, Instructions, MEMBERS, NoObserver, Progress, SettlingTime,
};
use heavyball::error::{CheckpointError, EnsembleError, FileError};
use heavyball::prelude::*;
use heavyball::sweep::Sweep;
use nalgebra::vector;
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const BLOCKS: usize = 12;
const STEPS: usize = 200;

fn ensemble(instructions: Instructions) -> Ensemble<'static, ByRule<Momentum>, DoubleWell, 2> {
    let (rules, starts) = members(BLOCKS * MEMBERS - 9);
    let ensemble = Ensemble::from_rules(rules, &DoubleWell, starts).unwrap();
    ensemble.with_instructions(instructions)
}

/// A run from the file that `watch` may end.
fn resumed(
    place: &Place,
    instructions: Instructions,
    interval: Duration,
    watch: impl Fn(Progress) -> ControlFlow<()> + Sync,
) -> Result<Vec<[f64; 3]>, Error> {
    let ensemble = ensemble(instructions);
    let settling = SettlingTime::within(1e-9)?;
    Sweep::new(&ensemble, STEPS, settling, |end, settled| {
        [*settled, end.position.x, end.position.y]
    })
    .with_interval(interval)
    .with_watch(watch)
    .resume(place.file())
}

fn on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// The bytes of a run in one piece, some of whose numbers are not finite.
fn whole() -> Vec<u8> {
    let place = Place::new("whole");
    let rows = resumed(&place, Instructions::Baseline, Duration::ZERO, on).unwrap();
    assert!(rows.iter().any(|row| row[1].is_nan()) && rows.iter().any(|row| row[1].is_finite()));
    bytes(&rows)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn neither_threads_nor_cuts_change_a_byte(
        cuts in prop::collection::vec((0..=BLOCKS, 1..4_usize, any::<prop::sample::Index>(), 0..3_u64), 0..5),
    ) {
        let place = Place::new("cuts");
        for (cut, threads, instructions, milliseconds) in cuts {
            let instructions = *instructions.get(&Instructions::available());
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let until = |progress: Progress| match progress.done >= cut {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            };
            let interval = Duration::from_millis(milliseconds);
            let ended = pool.install(|| resumed(&place, instructions, interval, until));
            // The blocks that the error counts are in the file: a run that goes on begins with them.
            prop_assert!(matches!(ended, Err(Error::Ensemble(EnsembleError::Cancelled { done, total: BLOCKS })) if done >= cut), "{:?}", ended);
            if let Err(Error::Ensemble(EnsembleError::Cancelled { done, .. })) = ended {
                let again = resumed(&place, instructions, interval, |_| ControlFlow::Break(()));
                prop_assert_eq!(again, Err(Error::Ensemble(EnsembleError::Cancelled { done, total: BLOCKS })));
            }
        }
        let rows = resumed(&place, Instructions::best(), Duration::from_secs(30), on).unwrap();
        prop_assert!(bytes(&rows) == whole());
        prop_assert_eq!(place.names(), ["file", "file.lock"]);
    }
}

/// Progress counts the blocks of the file, reaches all of them, and a run of a finished file writes nothing.
#[test]
fn progress_counts_what_was_done() {
    let place = Place::new("progress");
    let until = |progress: Progress| match progress.done < 5 {
        true => ControlFlow::Continue(()),
        false => ControlFlow::Break(()),
    };
    let seconds = Duration::from_secs(30);
    let ended = resumed(&place, Instructions::best(), seconds, until);
    let Err(Error::Ensemble(EnsembleError::Cancelled { done, .. })) = ended else {
        panic!("{ended:?}");
    };
    let seen = Mutex::new(Vec::new());
    let note = |progress: Progress| {
        assert_eq!(progress.total, BLOCKS);
        seen.lock().unwrap().push(progress.done);
        ControlFlow::Continue(())
    };
    resumed(&place, Instructions::best(), seconds, note).unwrap();
    let mut seen = seen.into_inner().unwrap();
    assert_eq!(seen[0], done);
    assert_eq!(seen.len(), 1 + BLOCKS - done);
    seen.sort_unstable();
    assert_eq!(seen.last(), Some(&BLOCKS));

    let written = |place: &Place| std::fs::metadata(place.file()).unwrap().modified().unwrap();
    let before = written(&place);
    std::thread::sleep(Duration::from_millis(20));
    resumed(&place, Instructions::best(), Duration::ZERO, on).unwrap();
    assert_eq!(written(&place), before);
}

/// The interval: at the start and at the end, or after each block.
#[test]
fn the_file_is_written_as_often_as_was_asked() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.unwrap();
    for (interval, expected) in [(Duration::ZERO, BLOCKS + 1), (Duration::from_secs(60), 1)] {
        let place = Place::new("interval");
        let contents = Mutex::new(Vec::new());
        let note = |_| {
            contents
                .lock()
                .unwrap()
                .push(std::fs::read(place.file()).unwrap());
            ControlFlow::Continue(())
        };
        pool.install(|| resumed(&place, Instructions::best(), interval, note))
            .unwrap();
        let mut contents = contents.into_inner().unwrap();
        contents.dedup();
        assert_eq!(contents.len(), expected);
    }
}

/// And between the two, no more often than once an interval, however long it takes.
#[test]
fn the_interval_begins_anew_with_each_writing() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let place = Place::new("anew");
    let contents = Mutex::new(Vec::new());
    let note = |_| {
        let content = std::fs::read(place.file()).unwrap();
        contents.lock().unwrap().push(content);
        std::thread::sleep(Duration::from_millis(20));
        ControlFlow::Continue(())
    };
    let (interval, begun) = (Duration::from_millis(100), Instant::now());
    let rows = pool
        .unwrap()
        .install(|| resumed(&place, Instructions::best(), interval, note));
    let most = 2.0 + begun.elapsed().as_secs_f64() / interval.as_secs_f64();
    assert!(bytes(&rows.unwrap()) == whole());
    let mut contents = contents.into_inner().unwrap();
    contents.dedup();
    // At first, at most once an interval, and at the end, which the watch does not see.
    assert!(
        contents.len() >= 2 && contents.len() as f64 <= most,
        "{} {most}",
        contents.len()
    );
}

/// What makes a sweep another one, each alone.
#[test]
fn another_sweep_is_refused() {
    let place = Place::new("other");
    let grid = Grid::new([-1.5, -1.0], [1.5, 1.0], [8, 9]).unwrap();
    let rule = Momentum::new(0.01, 0.9).unwrap();
    let settling = |tolerance| SettlingTime::within(tolerance).unwrap();
    let run = |rule: Momentum, grid: &Grid<2>, steps, label: &str, tolerance: f64| {
        let ensemble = Ensemble::from_positions(rule, &DoubleWell, grid.points()).unwrap();
        let sweep = Sweep::new(&ensemble, steps, settling(tolerance), |_, settled| {
            [*settled]
        });
        sweep.with_label(label).resume(place.file()).map(|_| ())
    };
    run(rule, &grid, 500, "one", 1e-3).unwrap();
    let content = std::fs::read(place.file()).unwrap();
    let refused = |found: Result<(), Error>, what: &str| {
        let error = found.unwrap_err();
        assert!(
            matches!(&error, Error::Checkpoint(CheckpointError::OtherSweep { what: told, .. }) if told.contains(what)),
            "{error:?}"
        );
        assert_eq!(std::fs::read(place.file()).unwrap(), content);
    };
    refused(
        run(rule, &grid, 501, "one", 1e-3),
        "steps 500 in the file and 501 here",
    );
    refused(
        run(rule, &grid, 500, "two", 1e-3),
        "label \"one\" in the file and \"two\" here",
    );
    let larger = Grid::new([-1.5, -1.0], [1.5, 1.0], [9, 9]).unwrap();
    refused(
        run(rule, &larger, 500, "one", 1e-3),
        "members 72 in the file and 81 here",
    );
    // The last start, by its last bit.
    let moved = Grid::new([-1.5, -1.0], [1.5, 1.0_f64.next_up()], [8, 9]).unwrap();
    refused(
        run(rule, &moved, 500, "one", 1e-3),
        "checksum of the initial states",
    );
    for other in [(0.01, 0.9_f64.next_up()), (0.01_f64.next_down(), 0.9)] {
        let other = Momentum::new(other.0, other.1).unwrap();
        refused(run(other, &grid, 500, "one", 1e-3), "three steps");
    }
    // Another tolerance shows in the members that are computed again.
    let error = run(rule, &grid, 500, "one", 1e-4).unwrap_err();
    assert!(
        matches!(error, Error::Checkpoint(CheckpointError::Differs { member: 0, number: 0, kept, now, .. }) if now > kept),
        "{error}"
    );
    assert_eq!(std::fs::read(place.file()).unwrap(), content);

    let ensemble = Ensemble::from_positions(rule, &DoubleWell, grid.points()).unwrap();
    let two = Sweep::new(&ensemble, 500, settling(1e-3), |_, settled| [*settled; 2]);
    let found = two.with_label("one").resume(place.file()).map(|_| ());
    refused(found, "numbers per member 1 in the file and 2 here");
    let himmelblau = Ensemble::from_positions(rule, &Himmelblau, grid.points()).unwrap();
    let other = Sweep::new(&himmelblau, 500, settling(1e-3), |_, settled| [*settled]);
    refused(
        other.with_label("one").resume(place.file()).map(|_| ()),
        "three steps",
    );
}

/// One file, one run at a time; and it is free again afterwards.
#[test]
fn a_file_in_use_is_refused() {
    let place = Place::new("lock");
    let inner = Mutex::new(Vec::new());
    let while_it_runs = |_| {
        let other = resumed(&place, Instructions::best(), Duration::ZERO, on);
        inner.lock().unwrap().push(other.unwrap_err());
        ControlFlow::Break(())
    };
    let ended = resumed(&place, Instructions::best(), Duration::ZERO, while_it_runs);
    assert!(matches!(
        ended,
        Err(Error::Ensemble(EnsembleError::Cancelled { done: 0, .. }))
    ));
    let refused = inner.into_inner().unwrap();
    assert!(!refused.is_empty());
    for error in refused {
        assert!(
            matches!(&error, Error::Checkpoint(CheckpointError::InUse { lock, .. }) if lock.ends_with("file.lock")),
            "{error:?}"
        );
    }
    resumed(&place, Instructions::best(), Duration::ZERO, on).unwrap();
}

/// A place that cannot be written to, or read, is told before the first step.
#[test]
fn a_place_that_is_none_is_told_at_once() {
    let place = Place::new("nowhere");
    let ensemble = Ensemble::from_positions(
        Momentum::new(0.01, 0.9).unwrap(),
        &DoubleWell,
        [vector![1.0, 1.0]],
    )
    .unwrap();
    // Had it begun, it would be cancelled.
    let sweep = Sweep::new(&ensemble, usize::MAX, NoObserver, |end, ()| {
        [end.position.x]
    })
    .with_watch(|_| ControlFlow::Break(()));
    std::fs::write(place.path().join("occupied"), "").unwrap();
    for nowhere in ["occupied/file", "missing/file", ".."] {
        let error = sweep.resume(place.path().join(nowhere)).unwrap_err();
        assert!(
            matches!(error, Error::File(FileError::Write { .. })),
            "{error}"
        );
    }
    std::fs::create_dir(place.path().join("directory")).unwrap();
    let error = sweep.resume(place.path().join("directory")).unwrap_err();
    assert!(
        matches!(error, Error::File(FileError::Read { .. })),
        "{error}"
    );
    // The name of the file aside is taken by a directory: the first writing fails.
    std::fs::create_dir(place.path().join("file.part")).unwrap();
    let error = sweep.resume(place.file()).unwrap_err();
    assert!(
        matches!(error, Error::File(FileError::Write { .. })),
        "{error}"
    );
    assert!(!place.file().exists());
}

/// A writing that fails midway ends the run and leaves the last good file.
#[test]
fn a_failed_writing_leaves_the_last_file() {
    let place = Place::new("failed");
    let part = place.path().join("file.part");
    let last = AtomicUsize::new(0);
    let block = |progress: Progress| {
        last.fetch_max(progress.done, Ordering::Relaxed);
        if progress.done == 4 {
            let _ = std::fs::create_dir(&part);
        }
        ControlFlow::Continue(())
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let error = pool
        .unwrap()
        .install(|| resumed(&place, Instructions::best(), Duration::ZERO, block))
        .unwrap_err();
    assert!(
        matches!(error, Error::File(FileError::Write { .. })),
        "{error}"
    );
    assert_eq!(last.into_inner(), 4, "it went on");
    std::fs::remove_dir(&part).unwrap();
    let again = resumed(&place, Instructions::best(), Duration::ZERO, |_| {
        ControlFlow::Break(())
    });
    assert!(
        matches!(
            again,
            Err(Error::Ensemble(EnsembleError::Cancelled { done: 4, .. }))
        ),
        "{again:?}"
    );
    let rows = resumed(&place, Instructions::best(), Duration::ZERO, on).unwrap();
    assert!(bytes(&rows) == whole());

    // The new file is whole and cannot take its name: it does not stay beside.
    let other = Place::new("unnamed");
    let taken = |progress: Progress| {
        if progress.done == 4 {
            std::fs::remove_file(other.file()).unwrap();
            std::fs::create_dir(other.file()).unwrap();
        }
        ControlFlow::Continue(())
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let error = pool
        .unwrap()
        .install(|| resumed(&other, Instructions::best(), Duration::ZERO, taken))
        .unwrap_err();
    assert!(
        matches!(error, Error::File(FileError::Write { .. })),
        "{error}"
    );
    assert_eq!(other.names(), ["file", "file.lock"]);
}

/// A process that is being started has every file of its parent open, locked ones too: it must not hold the lock of a run that is over.
#[test]
fn a_file_is_free_while_processes_are_started() {
    let place = Place::new("started");
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                let mut process = Command::new(std::env::current_exe().unwrap());
                process.arg("--list").stdout(Stdio::null());
                assert!(process.status().unwrap().success());
            }
        });
        let runs: Vec<_> = (0..500)
            .map(|_| resumed(&place, Instructions::best(), Duration::MAX, on).map(|_| ()))
            .collect();
        over.store(true, Ordering::Relaxed);
        let refused = runs.iter().filter(|run| run.is_err()).count();
        assert_eq!(refused, 0, "{:?}", runs.iter().find(|run| run.is_err()));
    });
}

/// A link is followed: what it points to is replaced and locked, and it stays a link. One that points nowhere yet makes the file there.
#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    for begun in [true, false] {
        let place = Place::new(if begun { "link" } else { "dangling" });
        let disk = place.path().join("disk");
        std::fs::create_dir(&disk).unwrap();
        let (link, target) = (place.file(), disk.join("kept"));
        // By way of another link.
        std::os::unix::fs::symlink("disk/again", &link).unwrap();
        std::os::unix::fs::symlink("kept", disk.join("again")).unwrap();
        if begun {
            let other = Place::new("finished");
            resumed(&other, Instructions::best(), Duration::ZERO, on).unwrap();
            std::fs::copy(other.file(), &target).unwrap();
        }
        let in_use = |_| {
            let lock = std::fs::File::open(disk.join("kept.lock")).unwrap();
            assert!(lock.try_lock().is_err(), "the file is not locked");
            ControlFlow::Continue(())
        };
        resumed(&place, Instructions::best(), Duration::ZERO, in_use).unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(std::fs::symlink_metadata(&target).unwrap().is_file());
        assert_eq!(place.names(), ["disk", "file"]);
    }
    // In a circle.
    let place = Place::new("circle");
    std::os::unix::fs::symlink("file", place.file()).unwrap();
    let error = resumed(&place, Instructions::best(), Duration::ZERO, on).unwrap_err();
    assert!(
        matches!(
            error,
            Error::File(FileError::Read { .. }) | Error::File(FileError::Write { .. })
        ),
        "{error}"
    );
}

/// A pipe, from which reading would wait for ever, is refused at once, and so is a device.
#[cfg(unix)]
#[test]
fn a_pipe_is_refused_at_once() {
    let place = Place::new("pipe");
    let made = Command::new("mkfifo").arg(place.file()).status().unwrap();
    assert!(made.success());
    let (told, heard) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| told.send(resumed(&place, Instructions::best(), Duration::ZERO, on)));
        let refused = heard.recv_timeout(Duration::from_secs(60));
        // Whoever waits for a writer is let go.
        let _ = std::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open(place.file());
        let error = refused.unwrap().unwrap_err();
        assert!(
            matches!(error, Error::File(FileError::Read { .. })),
            "{error}"
        );
    });
}

/// The last member of the last block, by its start, its velocity or its rule: it makes another sweep as the first one does.
#[test]
fn the_last_member_makes_another_sweep() {
    let (rules, starts) = members(2 * MEMBERS + 1);
    let place = Place::new("last");
    let found = |change: &dyn Fn(&mut Momentum, &mut [f64; 3])| {
        let (mut rules, mut starts) = (rules.clone(), starts.clone());
        let mut kicks = vec![vector![0.0, 0.0]; starts.len()];
        let (rule, start) = (rules.last_mut().unwrap(), starts.last_mut().unwrap());
        let mut numbers = [start.x, start.y, 0.0];
        change(rule, &mut numbers);
        *start = vector![numbers[0], numbers[1]];
        kicks.last_mut().unwrap().y = numbers[2];
        let ensemble = Ensemble::from_rules(rules, &DoubleWell, starts).unwrap();
        let ensemble = ensemble.with_velocities(kicks).unwrap();
        // Not one block is finished: only the header can tell.
        Sweep::new(&ensemble, 100, NoObserver, |end, ()| [end.position.x])
            .with_watch(|_| ControlFlow::Break(()))
            .resume(place.file())
            .map(|_| ())
    };
    let same = found(&|_, _| ());
    assert!(matches!(
        same,
        Err(Error::Ensemble(EnsembleError::Cancelled {
            done: 0,
            total: 3
        }))
    ));
    let told = |what: &str, change: &dyn Fn(&mut Momentum, &mut [f64; 3])| {
        let error = found(change).unwrap_err();
        assert!(
            matches!(&error, Error::Checkpoint(CheckpointError::OtherSweep { what: told, .. }) if told.contains(what)),
            "{error:?}"
        );
    };
    told("the initial states", &|_, numbers| numbers[1] += 1e-15);
    told("the initial states", &|_, numbers| numbers[2] = 1e-300);
    told("three steps", &|rule, _| rule.alpha *= 1.0 + 1e-15);
    told("three steps", &|rule, _| rule.beta *= 1.0 + 1e-15);
    assert_eq!(found(&|_, _| ()), same);
}

/// The number that is another than before is named: the second of member 130, in the third block.
#[test]
fn the_number_that_differs_is_named() {
    let (rules, starts) = members(2 * MEMBERS + 9);
    let ensemble = Ensemble::from_rules(rules, &DoubleWell, starts).unwrap();
    let place = Place::new("named");
    let sweep = Sweep::new(&ensemble, 100, NoObserver, |end, ()| [end.position.x, 0.5]);
    let rows = sweep.resume(place.file()).unwrap();
    let changed = rows[130][0];
    assert_eq!(rows.iter().filter(|row| row[0] == changed).count(), 1);
    let other = Sweep::new(&ensemble, 100, NoObserver, |end, ()| {
        let second = if end.position.x == changed { 0.25 } else { 0.5 };
        [end.position.x, second]
    });
    // As many threads as blocks compare all of them.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build();
    let error = pool.unwrap().install(|| other.resume(place.file()));
    assert!(
        matches!(
            error,
            Err(Error::Checkpoint(CheckpointError::Differs {
                member: 130,
                number: 1,
                kept: 0.5,
                now: 0.25,
                ..
            }))
        ),
        "{error:?}"
    );
}
