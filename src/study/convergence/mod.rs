//! Convergence: errors of a family of runs against a reference, and their observed orders.

mod curve;
mod deviation;
#[cfg(feature = "plot")]
mod figure;
mod optimizer_scheme;
mod order;
mod reference;
mod scheme;
mod table;

pub(crate) use curve::larger;
pub use curve::{Curve, Distance, PositionVelocity};
pub use deviation::Deviation;
#[cfg(feature = "plot")]
pub use figure::figure;
pub use optimizer_scheme::{OptimizerScheme, Reading, Start};
pub use order::{Fit, Order};
pub use reference::Reference;
pub(crate) use reference::shown;
pub use scheme::{IntegratorScheme, Scheme, Visit};
pub(crate) use table::{Coarse, family, quoted};
pub use table::{Convergence, Row, Title, convergence_csv};
