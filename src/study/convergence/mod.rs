//! Convergence: the errors of a family of runs against a reference, and their observed orders.

mod curve;
mod deviation;
mod distance;
#[cfg(feature = "plot")]
mod figure;
mod optimizer_scheme;
mod order;
mod reference;
mod scheme;
mod table;
mod title;
mod window;

pub use curve::Curve;
pub use deviation::Deviation;
pub use distance::Distance;
pub(in crate::study) use distance::larger;
#[cfg(feature = "plot")]
pub use figure::figure;
pub use optimizer_scheme::{OptimizerScheme, Reading, Start};
pub use order::{Fit, Order};
pub use reference::Reference;
pub(crate) use reference::shown;
pub use scheme::{IntegratorScheme, Scheme, Visit};
pub(crate) use table::{Coarse, family, quoted};
pub use table::{Convergence, Row, convergence_csv};
pub use title::{Label, SmallParameter, Title};
pub(in crate::study) use window::{Comparison, Over, Window};
