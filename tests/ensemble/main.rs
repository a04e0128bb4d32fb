//! Ensembles: a member has the bits of one ball alone, on every instruction set, for any number of threads and any cut into
//! blocks: Derivation (11), (13), (18), (30) member by member; and so has one update of long slices.
#![cfg(feature = "parallel")]
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

mod extremes;
mod members;
mod numbers;
mod portable;
mod runs;
mod slices;
mod sweep;

use heavyball::ensemble::{Ensemble, MEMBERS, Random, State, Stepper};
use heavyball::prelude::*;
use nalgebra::{Const, SVector, Vector2};

const STEPS: usize = 203;

/// Starts of which some diverge under the rules below, in a number that fills no whole block.
fn starts() -> Vec<Vector2<f64>> {
    let random = Random::new(3).uniform([-3.5, -2.0], [3.5, 2.0]).unwrap();
    random.take(5 * MEMBERS + 7).collect()
}

/// The bits of two vectors.
fn bits<const D: usize>(parts: [SVector<f64, D>; 2]) -> Vec<u64> {
    parts.iter().flatten().map(|x| x.to_bits()).collect()
}

/// Each member after `STEPS` steps by its own run alone; `None` if it diverged.
fn alone<R, P>(rule: R, f: &P, starts: &[Vector2<f64>]) -> Vec<Option<Vec<u64>>>
where
    R: UpdateRule<f64> + Clone,
    P: Potential<f64, Const<2>>,
{
    let end = |start: &Vector2<f64>| rule.iterates(f, *start).after(STEPS).ok();
    let bits = |at: Iterate<f64, Const<2>>| bits([at.position, at.velocity]);
    starts.iter().map(|start| end(start).map(bits)).collect()
}

/// The same by an ensemble.
fn together<M, P>(ensemble: &Ensemble<'_, M, P, 2>) -> Vec<Option<Vec<u64>>>
where
    M: Stepper<P, 2>,
    M::State: State<2, Parts = [Vector2<f64>; 2]>,
    P: Potential<f64, Const<2>> + Sync,
{
    let run = ensemble.after(STEPS).unwrap();
    let finite = run.is_finite().iter();
    let ends = run.states().iter().zip(finite);
    ends.map(|(state, finite)| finite.then(|| bits(state.parts())))
        .collect()
}

/// A potential that is no member of the catalogue, with a branch and a transcendental function.
struct Rough;

impl Potential<f64, Const<2>> for Rough {
    fn value(&self, x: &Vector2<f64>) -> f64 {
        x.x.cos() + if x.y > 0.0 { x.y * x.y } else { x.y.powi(4) }
    }
    fn gradient(&self, x: &Vector2<f64>, gradient: &mut Vector2<f64>) {
        gradient.x = -x.x.sin();
        gradient.y = if x.y > 0.0 {
            2.0 * x.y
        } else {
            4.0 * x.y.powi(3)
        };
    }
}
