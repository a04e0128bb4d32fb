//! Shards of a sweep, computed anywhere and in any order, merge into the bytes of one run, or the merge says what is wrong.

use super::{Place, bytes, members};
use heavyball::ensemble::{Ensemble, MEMBERS, SettlingTime};
use heavyball::error::CheckpointError;
use heavyball::prelude::*;
use heavyball::sweep::{Sweep, merge};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A sweep of `count` members over `steps` steps.
fn with_sweep<R>(count: usize, steps: usize, then: impl FnOnce(&Sweep<'_, 2>) -> R) -> R {
    let (rules, starts) = members(count);
    let ensemble = Ensemble::from_rules(rules, &DoubleWell, starts).unwrap();
    let settling = SettlingTime::within(1e-9).unwrap();
    let sweep = Sweep::new(&ensemble, steps, settling, |end, settled| {
        [*settled, end.position.x]
    });
    then(&sweep.with_label("in shards").with_interval(Duration::ZERO))
}

fn files(place: &Place, count: usize) -> Vec<PathBuf> {
    let name = |index| place.path().join(format!("{count}-{index}"));
    (0..count).map(name).collect()
}

/// The files of all shards, computed.
fn shards(sweep: &Sweep<'_, 2>, place: &Place, count: usize) -> Vec<PathBuf> {
    let files = files(place, count);
    for (index, file) in files.iter().enumerate() {
        sweep.shard(index, count).unwrap().resume(file).unwrap();
    }
    files
}

/// 1, 2, 7 and 64 shards of 20 blocks, the last of them short, and so 44 shards without a block.
#[test]
fn any_number_of_shards_merges_into_the_same_bytes() {
    with_sweep(20 * MEMBERS - 3, 200, |sweep| {
        let place = Place::new("shards");
        let alone = place.path().join("alone");
        let rows = sweep.resume(&alone).unwrap();
        let expected = std::fs::read(&alone).unwrap();
        for count in [1, 2, 7, 64] {
            let mut joined = Vec::new();
            let mut next = 0;
            for index in 0..count {
                let shard = sweep.shard(index, count).unwrap();
                assert_eq!(shard.members().start, next);
                next = shard.members().end;
                let part = shard.run().unwrap();
                assert_eq!(part.len(), shard.members().len());
                joined.extend(part);
            }
            assert_eq!(next, rows.len());
            assert!(bytes(&joined) == bytes(&rows), "{count}");

            let mut files = shards(sweep, &place, count);
            files.reverse();
            let whole = place.path().join(format!("whole-{count}"));
            for _ in 0..2 {
                merge(&files, &whole).unwrap();
                assert!(std::fs::read(&whole).unwrap() == expected, "{count}");
            }
            let resumed = sweep.resume(&whole).unwrap();
            assert!(bytes(&resumed) == bytes(&rows), "{count}");
        }
    });
}

/// A file is refused by its name, the merged file is not made, and one that is there is not changed.
#[test]
fn shards_that_do_not_belong_together_are_refused() {
    let place = Place::new("mixed");
    let whole = place.path().join("whole");
    let refused = |files: &[PathBuf]| {
        let error = merge(files, &whole).unwrap_err();
        assert!(!whole.exists());
        error
    };
    let cause = |files: &[PathBuf]| match refused(files) {
        Error::Checkpoint(cause) => cause,
        other => panic!("{other}"),
    };
    let mut thirds = with_sweep(5 * MEMBERS, 50, |sweep| shards(sweep, &place, 3));
    let halves = with_sweep(5 * MEMBERS, 50, |sweep| shards(sweep, &place, 2));

    match cause(&thirds[1..]) {
        CheckpointError::Missing { count, missing } => {
            assert_eq!((count, missing.indices()), (3, &[0][..]));
        }
        other => panic!("{other}"),
    }
    let twice = [thirds.as_slice(), &thirds[1..2]].concat();
    match cause(&twice) {
        CheckpointError::Doubled { index, path, other } => {
            assert_eq!((index, &path), (1, &other));
            assert_eq!(path, thirds[1].display().to_string());
        }
        other => panic!("{other}"),
    }
    for mixed in [[&thirds[..2], &halves[1..]], [&halves[..1], &thirds[1..]]] {
        let stranger = mixed[1][0].display().to_string();
        match cause(&mixed.concat()) {
            CheckpointError::OtherSweep { path, what } => {
                assert_eq!(path, stranger);
                assert!(what.contains("of 2") && what.contains("of 3"), "{what}");
            }
            other => panic!("{other}"),
        }
    }
    assert!(matches!(
        cause(&[]),
        CheckpointError::Missing { count: 0, .. }
    ));

    // The same shard of a sweep with more steps, and one that has not been computed to its end.
    let other = place.path().join("other");
    with_sweep(5 * MEMBERS, 51, |sweep| {
        sweep.shard(2, 3).unwrap().resume(&other).unwrap();
    });
    let ours = std::mem::replace(&mut thirds[2], other.clone());
    match cause(&thirds) {
        CheckpointError::OtherSweep { path, what } => {
            assert_eq!(path, other.display().to_string());
            assert!(what.contains("51") && what.contains("50"), "{what}");
        }
        other => panic!("{other}"),
    }
    let mut half = std::fs::read(&ours).unwrap();
    let blocks = 2;
    let flags = half.len() - 4 - 16 * blocks * MEMBERS - blocks;
    half[flags] = 0;
    half.truncate(half.len() - 4);
    let checksum = super::damaged::checksum(&half);
    half.extend(checksum.to_le_bytes());
    std::fs::write(&other, half).unwrap();
    assert!(matches!(
        cause(&thirds),
        CheckpointError::Unfinished { done: 1, total: 2, path } if path == other.display().to_string()
    ));

    // A newer version, a damaged file, no checkpoint, no file.
    let content = std::fs::read(&ours).unwrap();
    let damages: [fn(&mut Vec<u8>); 3] = [
        |content| content[8] = 9,
        |content| content.truncate(content.len() - 1),
        |content| content[0] = b'x',
    ];
    for damage in damages {
        let mut content = content.clone();
        damage(&mut content);
        std::fs::write(&other, content).unwrap();
        let text = refused(&thirds).to_string();
        assert!(text.contains(&other.display().to_string()), "{text}");
    }
    std::fs::remove_file(&other).unwrap();
    assert!(matches!(refused(&thirds), Error::File(_)));

    // A shard is not resumed from the file of another, nor a sweep from that of a shard.
    with_sweep(5 * MEMBERS, 50, |sweep| {
        let wrong = sweep.shard(1, 3).unwrap().resume(&thirds[0]);
        let no_shard = sweep.resume(&thirds[0]);
        for error in [wrong.unwrap_err(), no_shard.unwrap_err()] {
            assert!(
                matches!(error, Error::Checkpoint(CheckpointError::OtherSweep { .. })),
                "{error}"
            );
        }
        for (index, count) in [(0, 0), (3, 3), (0, usize::MAX)] {
            let error = sweep.shard(index, count).unwrap_err();
            assert!(
                matches!(error, Error::Checkpoint(CheckpointError::NoShard { .. })),
                "{error}"
            );
        }
    });

    // The merged file is another sweep's.
    thirds[2] = ours;
    std::fs::write(&whole, std::fs::read(&thirds[0]).unwrap()).unwrap();
    let before = std::fs::read(&whole).unwrap();
    assert!(merge(&thirds, &whole).is_err());
    assert!(std::fs::read(&whole).unwrap() == before);
}

const COUNT: usize = 4;
const BLOCKS: usize = 60;

/// The process that is killed: it resumes one shard.
#[test]
#[ignore = "a process that the test below starts"]
fn child() {
    let file = std::env::var_os("SHARD_FILE").unwrap();
    let index: usize = std::env::var("SHARD_INDEX").unwrap().parse().unwrap();
    with_sweep(BLOCKS * MEMBERS - 5, 4000, |sweep| {
        let shard = sweep.shard(index, COUNT).unwrap();
        shard.resume(Path::new(&file)).unwrap();
    });
}

/// Shards that SIGKILL ends at twenty moments, each resumed, merge into the bytes of one run.
#[test]
fn killed_shards_merge_into_the_same_bytes() {
    let place = Place::new("killed-shards");
    let files = files(&place, COUNT);
    let mut random = ChaCha8Rng::seed_from_u64(14);
    let start = |index: usize| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "sweep::shards::child", "--ignored"])
            .env("SHARD_FILE", &files[index])
            .env("SHARD_INDEX", index.to_string())
            .env("RAYON_NUM_THREADS", "1")
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut kills = 0;
    while kills < 20 {
        let index = kills % COUNT;
        let mut child = start(index);
        std::thread::sleep(Duration::from_micros(u64::from(random.next_u32() % 50_000)));
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            // Finished before the signal: begin this shard anew.
            std::fs::remove_file(&files[index]).unwrap();
            continue;
        }
        kills += 1;
    }
    for index in 0..COUNT {
        assert!(start(index).wait().unwrap().success());
    }
    let whole = place.path().join("whole");
    merge(&files, &whole).unwrap();
    let alone = place.path().join("alone");
    with_sweep(BLOCKS * MEMBERS - 5, 4000, |sweep| {
        sweep.resume(&alone).unwrap();
    });
    assert!(std::fs::read(&whole).unwrap() == std::fs::read(&alone).unwrap());
}
