//! What several tests need: exact fractions, observed orders, and motions to observe them on.
#![allow(dead_code, reason = "each program takes the part that it needs")]
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

pub(crate) mod even;
pub(crate) mod exact;
pub(crate) mod oscillators;
pub(crate) mod plain_nystrom;
pub(crate) mod slope;
pub(crate) mod smooth;
pub(crate) mod tables;
