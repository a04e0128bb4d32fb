//! Sharpness: the largest curvature λ_max of the loss.

use crate::{Error, Loss, Model, Rows};
use heavyball::noise::Noise;

/// The length of the difference steps, for parameters of order 0.1 in f32.
const STEP: f32 = 0.02;

/// Power iteration on the Hessian, whose products are central differences of gradients, (∇f(x + εu) − ∇f(x − εu))/2ε.
///
/// Each round costs two gradients. The direction is kept, so that a few rounds suffice at a point near the last.
#[derive(Debug, Clone)]
pub(crate) struct Sharpness {
    direction: Vec<Vec<f32>>,
}

impl Sharpness {
    /// From a random direction.
    pub(crate) fn new(parameters: &[Vec<f32>], seed: u64) -> Self {
        let noise = Noise::new(seed);
        let piece = |(number, piece): (usize, &Vec<f32>)| {
            let normal = |i| noise.normal(number, 0, i) as f32;
            (0..piece.len()).map(normal).collect()
        };
        Self {
            direction: parameters.iter().enumerate().map(piece).collect(),
        }
    }

    /// The Rayleigh quotient after so many rounds, which is a lower bound of the eigenvalue of largest size; the model ends where it was.
    pub(crate) fn largest<M: Model>(
        &mut self,
        model: &mut M,
        (rows, loss): (&Rows, Loss),
        rounds: usize,
    ) -> Result<f64, Error> {
        let at = model.parameters()?;
        let mut quotient = 0.0;
        for _ in 0..rounds {
            let norm = dot(&self.direction, &self.direction).sqrt() as f32;
            self.direction.iter_mut().flatten().for_each(|u| *u /= norm);
            let mut gradient = |step: f32| -> Result<Vec<Vec<f32>>, Error> {
                let there = at.iter().zip(&self.direction);
                let there =
                    there.map(|(x, u)| x.iter().zip(u).map(|(x, u)| x + step * u).collect());
                model.move_to(&there.collect::<Vec<_>>())?;
                Ok(model.gradient(rows, loss)?.1)
            };
            let (mut product, behind) = (gradient(STEP)?, gradient(-STEP)?);
            for (one, other) in product.iter_mut().flatten().zip(behind.iter().flatten()) {
                *one = (*one - other) / (2.0 * STEP);
            }
            quotient = dot(&self.direction, &product);
            self.direction = product;
        }
        model.move_to(&at)?;
        Ok(quotient)
    }
}

fn dot(a: &[Vec<f32>], b: &[Vec<f32>]) -> f64 {
    let pairs = a.iter().flatten().zip(b.iter().flatten());
    pairs.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Failure, Network, Rule};

    /// f = ½Σλᵢxᵢ² with the curvatures 1, −3, 8 and 10 in two pieces.
    struct Quadratic(Vec<Vec<f32>>);

    const CURVATURES: [[f32; 2]; 2] = [[1.0, -3.0], [8.0, 10.0]];

    impl Model for Quadratic {
        fn new(_: Network, parameters: &[Vec<f32>], _: &Rule) -> Result<Self, Failure> {
            Ok(Self(parameters.to_vec()))
        }

        fn step(&mut self, _: &Rows, _: Loss) -> Result<f64, Failure> {
            Err("no optimiser".into())
        }

        fn gradient(&self, _: &Rows, _: Loss) -> Result<(f64, Vec<Vec<f32>>), Failure> {
            let pieces = self.0.iter().zip(CURVATURES);
            let slope = pieces
                .map(|(x, curvatures)| x.iter().zip(curvatures).map(|(x, c)| c * x).collect());
            Ok((f64::NAN, slope.collect()))
        }

        fn outputs(&self, _: &Rows) -> Result<Vec<f32>, Failure> {
            Ok(Vec::new())
        }

        fn parameters(&self) -> Result<Vec<Vec<f32>>, Failure> {
            Ok(self.0.clone())
        }

        fn move_to(&mut self, parameters: &[Vec<f32>]) -> Result<(), Failure> {
            self.0 = parameters.to_vec();
            Ok(())
        }
    }

    /// Power iteration finds the largest eigenvalue, 10, and leaves the model where it was.
    #[test]
    fn largest_curvature_of_a_quadratic() -> Result<(), Error> {
        let start = vec![vec![0.3, -0.2], vec![0.1, 0.05]];
        let mut model = Quadratic(start.clone());
        let of = (&Rows::default(), Loss::HalfSquares);
        let largest = Sharpness::new(&start, 1).largest(&mut model, of, 60)?;
        assert!((largest - 10.0).abs() < 1e-4, "{largest}");
        assert_eq!(model.0, start);
        Ok(())
    }
}
