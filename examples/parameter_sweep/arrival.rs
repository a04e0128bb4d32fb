//! Arrival: the iteration from which a member stays at the minimum.

use heavyball::ensemble::{Observer, State};

/// Records the first iteration from which every |xᵢ| stays within the tolerance; the one after the last if none does.
pub(crate) struct Arrival(pub(crate) f64);

impl<S: State<2, Scalar = f64>> Observer<S, 2> for Arrival {
    type Record = f64;

    fn start(&self, state: &S) -> f64 {
        let mut arrived = 0.0;
        Observer::<S, 2>::observe(self, 0, state, &mut arrived);
        arrived
    }

    #[inline(always)]
    fn observe(&self, k: usize, state: &S, arrived: &mut f64) {
        let x = state.position();
        // Also true of NaN.
        let far = !((x.x.abs() <= self.0) & (x.y.abs() <= self.0));
        *arrived = if far { k as f64 + 1.0 } else { *arrived };
    }
}
