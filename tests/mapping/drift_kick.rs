//! Drift-kick against kick-drift: one recursion, one index apart: Derivation (16).

use crate::support::exact::{Motion, gradient, motions};
use heavyball::prelude::*;
use nalgebra::SVector;
use num_rational::BigRational;
use num_traits::One;
use proptest::prelude::*;

const STEPS: usize = 4;

type Positions<const D: usize> = Vec<SVector<BigRational, D>>;

/// The first positions of `method` from x₀ with displacement v₀ = Δt·p₀/m.
fn positions<M: FixedStep<BigRational>, const D: usize>(
    method: M,
    motion: &Motion<D>,
    (x, v): (SVector<BigRational, D>, SVector<BigRational, D>),
) -> Result<Positions<D>, Error> {
    let phases = method.phases(&motion.ball, &motion.potential, motion.phase_at(x, v))?;
    Ok(phases.map(|at| at.position).take(STEPS + 1).collect())
}

fn both_relations<const D: usize>(motion: &Motion<D>) -> Result<(), TestCaseError> {
    let drift_kick = DriftKickEuler::of(motion.dt.clone())?;
    let kick_drift = SymplecticEuler::of(motion.dt.clone())?;
    let (x, v) = (motion.position.clone(), motion.velocity.clone());

    let late = positions(drift_kick, motion, (x.clone(), v.clone()))?;
    let early = positions(kick_drift, motion, (&x + &v, v.clone()))?;
    prop_assert_eq!(late.len(), STEPS + 1);
    prop_assert_eq!(&late[1..], &early[..STEPS]);

    let (alpha, beta) = (motion.q(), BigRational::one() - motion.z());
    let kicked = &v * beta - gradient(&motion.potential, &x) * alpha;
    let drift_kick = DriftKickEuler::of(motion.dt.clone())?;
    let kick_drift = SymplecticEuler::of(motion.dt.clone())?;
    let same = positions(drift_kick, motion, (x.clone(), kicked.clone()))?;
    let run = positions(kick_drift, motion, (x.clone(), v.clone()))?;
    prop_assert_eq!(&same, &run);
    // Without the kick the two differ from the first step on, unless it changes nothing.
    if kicked != v {
        prop_assert_ne!(&late[1], &run[1]);
    }

    let rest = || (x.clone(), SVector::zeros());
    let late = positions(DriftKickEuler::of(motion.dt.clone())?, motion, rest())?;
    let early = positions(SymplecticEuler::of(motion.dt.clone())?, motion, rest())?;
    prop_assert_eq!(&late[0], &x);
    prop_assert_eq!(&late[1..], &early[..STEPS]);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Derivation (16): DK(x₀, v₀) at k + 1 is KD(x₀ + v₀, v₀) at k; KD(x₀, v₀) is DK(x₀, βv₀ − αg₀); and
    /// from rest DK is KD delayed by one index. To the last digit, on any polynomial.
    #[test]
    fn drift_kick_is_kick_drift_one_index_late(
        one in motions::<1>(), two in motions::<2>(), three in motions::<3>(), four in motions::<4>()
    ) {
        both_relations(&one)?;
        both_relations(&two)?;
        both_relations(&three)?;
        both_relations(&four)?;
        both_relations(&two.without_drag())?;
    }
}
