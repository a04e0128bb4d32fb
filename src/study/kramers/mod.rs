//! Kramers: how long a ball in a warm bath waits before noise carries it out of a well.
//!
//! The time is exponential with the rate k, and k = κ·A·k‡: k‡ is the rate at which a ball in equilibrium meets the saddle from
//! below, κ the share that drag at the saddle lets pass, and A what is left of it where drag is too small to replace the
//! energy that escaping balls take away. Derivation (99) to (103).
//!
//! | | |
//! |---|---|
//! | [`ThermalBarrier::transition_state_rate`] | k‡, above all others |
//! | [`ThermalBarrier::rate`] | κk‡ of Kramers and Langer, for drags above the turnover |
//! | [`ThermalBarrier::overdamped_rate`] | its limit without mass |
//! | [`ThermalBarrier::energy_diffusion_rate`] | for drags far below the turnover, in one dimension |
//! | [`ThermalBarrier::turnover_rate`] | κAk‡ of Mel'nikov and Meshkov, for all drags, in one dimension |
//! | [`ThermalBarrier::overdamped_waiting_time`] | the exact mean time without mass, in one dimension |
//! | `ThermalBarrier::measured_rate` | from an ensemble, with the feature `parallel` |
//!
//! References: H. A. Kramers, *Physica* 7 (1940) 284; J. S. Langer, *Ann. Phys.* 54 (1969) 258; V. I. Mel'nikov, S. V. Meshkov,
//! *J. Chem. Phys.* 85 (1986) 1018; P. Hänggi, P. Talkner, M. Borkovec, *Rev. Mod. Phys.* 62 (1990) 251, which has all of them.

mod critical_point;
#[cfg(feature = "parallel")]
mod measured;
mod one_dimension;
mod thermal_barrier;

#[cfg(feature = "parallel")]
pub use measured::Waiting;
pub use thermal_barrier::ThermalBarrier;
