//! Convergence: errors of a family of runs against a reference, and their observed orders.

mod curve;
mod deviation;
#[cfg(feature = "plot")]
mod figure;
mod iterated;
mod order;
mod reference;
mod scheme;
mod table;

pub(crate) use curve::larger;
pub use curve::{Curve, Distance, Motion};
pub use deviation::Deviation;
#[cfg(feature = "plot")]
pub use figure::figure;
pub use iterated::{Iterated, Reading, Start};
pub use order::{Fit, Order};
pub use reference::Reference;
pub(crate) use reference::shown;
pub use scheme::{Integrated, Scheme, Visit};
pub(crate) use table::{Coarse, family, quoted};
pub use table::{Convergence, Row, Title, csv};
