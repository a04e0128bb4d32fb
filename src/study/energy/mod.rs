//! Energy and phase volume: what a run dissipates, and what each method preserves.

mod deformation;
mod energy_balance;
mod lyapunov;

pub use deformation::Deformation;
pub use energy_balance::EnergyBalance;
