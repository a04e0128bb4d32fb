//! Catalogue: named functions, one per file.

mod double_well;
mod himmelblau;
mod lessard_recht_packard;
mod linear;
mod quadratic;
mod quartic;
mod rosenbrock;
mod tilted_double_well;

pub use double_well::DoubleWell;
pub use himmelblau::Himmelblau;
pub use lessard_recht_packard::LessardRechtPackard;
pub use linear::{Linear, LinearIn};
pub use quadratic::{Diagonal, DiagonalQuadratic, Quadratic, Symmetric, SymmetricQuadratic};
pub use quartic::Quartic;
pub use rosenbrock::Rosenbrock;
pub use tilted_double_well::TiltedDoubleWell;
