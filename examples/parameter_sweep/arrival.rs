//! The observer: from which iteration on a member stays at the minimum.

use heavyball::ensemble::{Observer, Stepper};

/// Notes the first iteration from which every |xᵢ| stays within the tolerance; that after the last if it does not.
pub(crate) struct Arrival(pub(crate) f64);

impl<M: Stepper<P, 2>, P> Observer<M, P, 2> for Arrival {
    type Record = f64;

    fn start(&self, state: &M::State) -> f64 {
        let mut arrived = 0.0;
        Observer::<M, P, 2>::observe(self, 0, state, &mut arrived);
        arrived
    }

    #[inline(always)]
    fn observe(&self, k: usize, state: &M::State, arrived: &mut f64) {
        let [x, _] = M::parts(state);
        // Also true of NaN.
        let far = !((x.x.abs() <= self.0) & (x.y.abs() <= self.0));
        *arrived = if far { k as f64 + 1.0 } else { *arrived };
    }
}
