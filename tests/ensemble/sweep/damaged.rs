//! A file that cannot be gone on from is an error that names it, and stays as it is.

use super::{Place, bytes, members};
use heavyball::ensemble::{Ensemble, MEMBERS, NoObserver};
use heavyball::error::CheckpointError;
use heavyball::prelude::*;
use heavyball::sweep::Sweep;
use proptest::prelude::*;
use std::path::Path;

const COUNT: usize = MEMBERS + 3;

/// The sweep whose file is damaged.
fn resumed(file: &Path) -> Result<Vec<[f64; 1]>, Error> {
    let (rules, starts) = members(COUNT);
    let ensemble = Ensemble::from_rules(rules, &DoubleWell, starts)?;
    Sweep::new(&ensemble, 10, NoObserver, |end, ()| [end.position.x])
        .with_label("small")
        .resume(file)
}

/// A file with these bytes, which must be refused and stay.
#[track_caller]
fn refused(place: &Place, content: &[u8]) -> Error {
    std::fs::write(place.file(), content).unwrap();
    let error = resumed(&place.file());
    assert_eq!(
        std::fs::read(place.file()).unwrap(),
        content,
        "it was touched"
    );
    assert_eq!(place.names(), ["file", "file.lock"]);
    let error = error.unwrap_err();
    let text = error.to_string();
    assert!(text.contains(&place.file().display().to_string()) && text.contains("not changed"));
    error
}

/// A checkpoint of `resumed`.
fn whole(place: &Place) -> Vec<u8> {
    let rows = resumed(&place.file()).unwrap();
    let content = std::fs::read(place.file()).unwrap();
    // The format: the numbers as they are, before the checksum.
    let numbers = content.len() - 4 - 8 * COUNT;
    assert_eq!(content[numbers..content.len() - 4], bytes(&rows));
    assert_eq!(content[..12], *b"hbsweep\n\x02\0\0\0");
    assert_eq!(content.len(), 44 + "small".len() + 2 + 8 * COUNT + 4);
    content
}

#[test]
fn every_length_but_its_own_is_refused() {
    let place = Place::new("truncated");
    let content = whole(&place);
    for length in 0..content.len() {
        let error = refused(&place, &content[..length]);
        assert!(
            matches!(error, Error::Checkpoint(CheckpointError::Damaged { .. })),
            "{length}: {error}"
        );
    }
    for longer in [1, 8, 1000] {
        let longer = [content.clone(), vec![0; longer]].concat();
        let error = refused(&place, &longer);
        assert!(
            matches!(error, Error::Checkpoint(CheckpointError::Damaged { .. })),
            "{error}"
        );
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let place = Place::new("flipped");
    let content = whole(&place);
    for byte in 0..content.len() {
        for bit in 0..8 {
            let mut flipped = content.clone();
            flipped[byte] ^= 1 << bit;
            let error = refused(&place, &flipped);
            let expected = match byte {
                0..8 => matches!(
                    error,
                    Error::Checkpoint(CheckpointError::NotACheckpoint { .. })
                ),
                _ => matches!(error, Error::Checkpoint(CheckpointError::Damaged { .. })),
            };
            assert!(expected, "bit {bit} of byte {byte}: {error}");
        }
    }
}

/// A file of right checksum whose bytes were changed on purpose.
fn sealed(mut content: Vec<u8>) -> Vec<u8> {
    content.truncate(content.len() - 4);
    let checksum = checksum(&content);
    content.extend(checksum.to_le_bytes());
    content
}

/// CRC-32 bit by bit, as the standard of PNG writes it.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ if sum & 1 == 1 { 0xEDB8_8320 } else { 0 }
        })
    })
}

#[test]
fn another_version_and_a_header_that_lies_are_refused() {
    let place = Place::new("version");
    let content = whole(&place);
    assert_eq!(sealed(content.clone()), content);

    let mut newer = content.clone();
    newer[8] = 3;
    newer.extend([7; 100]);
    let error = refused_by_name(&place, &sealed(newer));
    assert!(
        matches!(
            error,
            Error::Checkpoint(CheckpointError::Version {
                found: 3,
                read: 2,
                ..
            })
        ),
        "{error}"
    );
    // A label that goes beyond the end, and fewer numbers than the header says.
    let mut long = content.clone();
    long[40..44].fill(0xFF);
    let error = refused(&place, &sealed(long));
    assert!(
        matches!(error, Error::Checkpoint(CheckpointError::Damaged { .. })),
        "{error}"
    );
    let mut longer = content.clone();
    longer.splice(100..100, [0; 8]);
    let error = refused(&place, &sealed(longer));
    assert!(
        matches!(error, Error::Checkpoint(CheckpointError::Damaged { .. })),
        "{error}"
    );
    let mut short = content;
    short.truncate(100);
    let error = refused(&place, &sealed(short));
    assert!(
        matches!(error, Error::Checkpoint(CheckpointError::Damaged { .. })),
        "{error}"
    );
}

/// As `refused`, for the one error that need not say that nothing was touched.
#[track_caller]
fn refused_by_name(place: &Place, content: &[u8]) -> Error {
    std::fs::write(place.file(), content).unwrap();
    let error = resumed(&place.file()).unwrap_err();
    assert_eq!(
        std::fs::read(place.file()).unwrap(),
        content,
        "it was touched"
    );
    assert!(
        error
            .to_string()
            .contains(&place.file().display().to_string())
    );
    error
}

#[test]
fn a_file_that_is_no_checkpoint_is_refused() {
    let place = Place::new("foreign");
    for content in [
        "x",
        "alpha,beta,iterations\n",
        "hbsweep\r\n and more than that",
    ] {
        let error = refused(&place, content.as_bytes());
        assert!(
            matches!(
                error,
                Error::Checkpoint(CheckpointError::NotACheckpoint { .. })
            ),
            "{error}"
        );
    }
    let error = refused(&place, b"");
    assert!(
        matches!(&error, Error::Checkpoint(CheckpointError::Damaged { found, .. }) if found.contains(" 0 bytes")),
        "{error:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Any bytes at all, with the beginning of a checkpoint or without, with a right checksum or without.
    #[test]
    fn any_bytes_are_refused(
        begin in 0..40_usize, tail in prop::collection::vec(any::<u8>(), 0..400), seal: bool,
    ) {
        let place = Place::new("any");
        let content = whole(&place);
        let mut made = [&content[..begin], &tail].concat();
        if seal && made.len() > 4 {
            made = sealed(made);
        }
        prop_assume!(made != content);
        refused_by_name(&place, &made);
    }
}
