//! Energy and phase volume: what a run loses, and what each method keeps.

mod deformation;
mod energy_balance;
mod lyapunov;

pub use deformation::Deformation;
pub use energy_balance::EnergyBalance;
