//! One update of plain slices.

use heavyball::error::VectorError;
use heavyball::prelude::*;
use nalgebra::DVector;

/// Derivation (11), (18): one update of plain slices, in f64 and f32, by 1, 2, 3 and 7 threads, has the bits of the rule's own update of a
/// vector; in the middle of long ones, and at lengths that no share divides.
#[test]
fn slices_have_the_bits_of_the_rule() {
    fn check<T: Number + Send + Sync>(length: usize) {
        let number = |i: usize, n: i16| T::integer((i % 97) as i16) / T::integer(n);
        let rule = Momentum::of(T::one() / T::integer(7), T::integer(9) / T::integer(10)).unwrap();
        let ahead = Nesterov::of(rule.alpha.clone(), rule.beta.clone()).unwrap();
        let start = DVector::from_fn(length, |i, _| number(i, 13));
        let curvatures = DVector::from_fn(length, |i, _| number(i + 1, 50));
        let bowl = Quadratic::diagonal(curvatures.clone()).unwrap();
        let by_rule = rule.iterates(&bowl, start.clone()).after(3).unwrap();
        let by_ahead = ahead.iterates(&bowl, start.clone()).after(3).unwrap();
        for threads in [0, 1, 2, 3, 7] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads.max(1))
                .build()
                .unwrap();
            let (mut x, mut v) = (start.clone(), start.map(|_| T::zero()));
            let (mut z, mut w, mut y) = (start.clone(), start.map(|_| T::zero()), start.clone());
            let mut g = start.clone();
            for _ in 0..3 {
                bowl.gradient(&x, &mut g);
                let (x, v) = (x.as_mut_slice(), v.as_mut_slice());
                if threads == 0 {
                    rule.update_slices(x, v, g.as_slice()).unwrap();
                } else {
                    pool.install(|| rule.update_slices_in_parallel(x, v, g.as_slice()))
                        .unwrap();
                }
                bowl.gradient(&y, &mut g);
                let (z, w, y) = (z.as_mut_slice(), w.as_mut_slice(), y.as_mut_slice());
                if threads == 0 {
                    ahead.update_slices(z, w, y, g.as_slice()).unwrap();
                } else {
                    pool.install(|| ahead.update_slices_in_parallel(z, w, y, g.as_slice()))
                        .unwrap();
                }
            }
            assert!(x == by_rule.position && v == by_rule.velocity, "{threads}");
            assert!(
                z == by_ahead.position && w == by_ahead.velocity,
                "{threads}"
            );
        }
    }
    for length in [1, 5, 100_001, (1 << 17) - 1, (1 << 17) + 13, 300_007] {
        check::<f64>(length);
        check::<f32>(length);
    }
}

/// Slices of different lengths are refused before anything is changed, in one thread and in several.
#[test]
fn slices_of_different_lengths_are_refused() {
    let (momentum, nesterov) = (
        Momentum::new(0.1, 0.9).unwrap(),
        Nesterov::new(0.1, 0.9).unwrap(),
    );
    for length in [4, 200_000] {
        let (mut x, mut v, mut y) = (vec![1.0; length], vec![1.0; length], vec![1.0; length]);
        let (g, short) = (vec![1.0; length], vec![1.0; length - 1]);
        let told = momentum.update_slices(&mut x, &mut v, &short);
        let expected = Error::Vector(VectorError::DimensionMismatch {
            name: "gradient",
            expected: length,
            found: length - 1,
        });
        assert_eq!(told, Err(expected));
        assert!(momentum.update_slices(&mut x, &mut v[1..], &g).is_err());
        assert!(
            momentum
                .update_slices_in_parallel(&mut x, &mut v, &short)
                .is_err()
        );
        assert!(
            momentum
                .update_slices_in_parallel(&mut x, &mut v[1..], &g)
                .is_err()
        );
        assert!(
            nesterov
                .update_slices(&mut x, &mut v, &mut y[1..], &g)
                .is_err()
        );
        assert!(
            nesterov
                .update_slices(&mut x, &mut v, &mut y, &short)
                .is_err()
        );
        assert!(
            nesterov
                .update_slices_in_parallel(&mut x, &mut v, &mut y[1..], &g)
                .is_err()
        );
        assert!(
            nesterov
                .update_slices_in_parallel(&mut x, &mut v[1..], &mut y, &g)
                .is_err()
        );
        assert!(x.iter().chain(&v).chain(&y).all(|one| *one == 1.0));
    }
    let (mut x, mut v): ([f64; 0], [f64; 0]) = ([], []);
    assert!(momentum.update_slices(&mut x, &mut v, &[]).is_ok());
}
