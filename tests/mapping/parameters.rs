//! The bridge (m, γ, Δt) ↔ (α, β): digits, gauges, round trips, effective particles and its domain.

use Discretization::{
    Boaob, CentralDrag, DampKickDrift, ExplicitDrag, ExponentialDrag, ImplicitDrag, KickDampDrift,
    Obabo,
};
use heavyball::error::MappingError;
use heavyball::prelude::*;
use nalgebra::vector;
use num_rational::BigRational;
use proptest::prelude::*;

/// z and the exact α, β, m_eff, γ_eff of the exponential rows of (24) at m = 1, Δt = 1, γ = z,
/// computed with mpmath at 60 digits with the f64 z taken as exact.
const EXPONENTIAL: &[(Discretization, f64, f64, f64, f64, f64)] = &[
    (DampKickDrift, 1e-18, 1.0, 1.0, 1.0, 1e-18),
    (
        DampKickDrift,
        1e-09,
        1.0,
        0.999999999,
        0.9999999995,
        9.999999995e-10,
    ),
    (
        DampKickDrift,
        0.001,
        1.0,
        0.999000499833375,
        0.9995002499166875,
        0.0009995001666250085,
    ),
    (
        DampKickDrift,
        0.5,
        1.0,
        0.6065306597126334,
        0.8032653298563167,
        0.3934693402873666,
    ),
    (
        DampKickDrift,
        0.999999999999,
        1.0,
        0.3678794411718102,
        0.6839397205859051,
        0.6321205588281898,
    ),
    (
        DampKickDrift,
        1.0,
        1.0,
        0.36787944117144233,
        0.6839397205857212,
        0.6321205588285577,
    ),
    (
        DampKickDrift,
        1.000000000001,
        1.0,
        0.3678794411710744,
        0.6839397205855372,
        0.6321205588289256,
    ),
    (
        DampKickDrift,
        5.0,
        1.0,
        0.006737946999085467,
        0.5033689734995427,
        0.9932620530009145,
    ),
    (KickDampDrift, 1e-18, 1.0, 1.0, 1.0, 1e-18),
    (
        KickDampDrift,
        1e-09,
        0.999999999,
        0.999999999,
        1.0000000005,
        1.0000000005000001e-09,
    ),
    (
        KickDampDrift,
        0.001,
        0.999000499833375,
        0.999000499833375,
        1.0005002500833542,
        0.0010005001667083417,
    ),
    (
        KickDampDrift,
        0.5,
        0.6065306597126334,
        0.6065306597126334,
        1.324360635350064,
        0.6487212707001282,
    ),
    (
        KickDampDrift,
        0.999999999999,
        0.3678794411718102,
        0.3678794411718102,
        1.8591409142281634,
        1.718281828456327,
    ),
    (
        KickDampDrift,
        1.0,
        0.36787944117144233,
        0.36787944117144233,
        1.8591409142295225,
        1.718281828459045,
    ),
    (
        KickDampDrift,
        1.000000000001,
        0.3678794411710744,
        0.3678794411710744,
        1.859140914230882,
        1.7182818284617638,
    ),
    (
        KickDampDrift,
        5.0,
        0.006737946999085467,
        0.006737946999085467,
        74.7065795512883,
        147.4131591025766,
    ),
    (ExponentialDrag, 1e-18, 1.0, 1.0, 1.0, 1e-18),
    (
        ExponentialDrag,
        1e-09,
        0.9999999995,
        0.999999999,
        1.0,
        1e-09,
    ),
    (
        ExponentialDrag,
        0.001,
        0.9995001666250083,
        0.999000499833375,
        1.0000000833333318,
        0.001,
    ),
    (
        ExponentialDrag,
        0.5,
        0.7869386805747332,
        0.6065306597126334,
        1.020747041268399,
        0.5,
    ),
    (
        ExponentialDrag,
        0.999999999999,
        0.6321205588288219,
        0.3678794411718102,
        1.081976706869165,
        0.999999999999,
    ),
    (
        ExponentialDrag,
        1.0,
        0.6321205588285577,
        0.36787944117144233,
        1.0819767068693265,
        1.0,
    ),
    (
        ExponentialDrag,
        1.000000000001,
        0.6321205588282934,
        0.3678794411710744,
        1.0819767068694877,
        1.000000000001,
    ),
    (
        ExponentialDrag,
        5.0,
        0.1986524106001829,
        0.006737946999085467,
        2.5339182745315214,
        5.0,
    ),
    (Obabo, 1e-18, 1.0, 1.0, 1.0, 1e-18),
    (Obabo, 1e-09, 0.9999999995, 0.999999999, 1.0, 1e-09),
    (
        Obabo,
        0.001,
        0.9995002499166875,
        0.999000499833375,
        1.0,
        0.000999999916666675,
    ),
    (
        Obabo,
        0.5,
        0.8032653298563167,
        0.6065306597126334,
        1.0,
        0.48983732480741826,
    ),
    (
        Obabo,
        0.999999999999,
        0.6839397205859051,
        0.3678794411718102,
        1.0,
        0.9242343145192331,
    ),
    (
        Obabo,
        1.0,
        0.6839397205857212,
        0.36787944117144233,
        1.0,
        0.9242343145200195,
    ),
    (
        Obabo,
        1.000000000001,
        0.6839397205855372,
        0.3678794411710744,
        1.0,
        0.9242343145208061,
    ),
    (
        Obabo,
        5.0,
        0.5033689734995427,
        0.006737946999085467,
        1.0,
        1.9732285963028606,
    ),
    (Boaob, 1e-18, 1.0, 1.0, 1.0, 1e-18),
    (Boaob, 1e-09, 0.9999999995, 0.999999999, 1.0, 1e-09),
    (
        Boaob,
        0.001,
        0.9995001249791693,
        0.999000499833375,
        1.0000001250000026,
        0.001000000041666667,
    ),
    (
        Boaob,
        0.5,
        0.7788007830714049,
        0.6065306597126334,
        1.0314130998795732,
        0.5052246336163366,
    ),
    (
        Boaob,
        0.999999999999,
        0.6065306597129366,
        0.3678794411718102,
        1.1276259652061202,
        1.042190610986367,
    ),
    (
        Boaob,
        1.0,
        0.6065306597126334,
        0.36787944117144233,
        1.1276259652063807,
        1.0421906109874948,
    ),
    (
        Boaob,
        1.000000000001,
        0.6065306597123301,
        0.3678794411710744,
        1.1276259652066414,
        1.0421906109886223,
    ),
    (
        Boaob,
        5.0,
        0.0820849986238988,
        0.006737946999085467,
        6.132289479663686,
        12.100408962079575,
    ),
    (DampKickDrift, 40.0, 1.0, 4.248354255291589e-18, 0.5, 1.0),
    (
        KickDampDrift,
        40.0,
        4.248354255291589e-18,
        4.248354255291589e-18,
        1.1769263341850998e+17,
        2.3538526683701997e+17,
    ),
    (
        ExponentialDrag,
        40.0,
        0.025,
        4.248354255291589e-18,
        20.0,
        40.0,
    ),
    (Obabo, 40.0, 0.5, 4.248354255291589e-18, 1.0, 2.0),
    (
        Boaob,
        40.0,
        2.061153622438558e-09,
        4.248354255291589e-18,
        242582597.70489514,
        485165195.4097903,
    ),
];

/// How many f64 lie between two of one sign.
fn ulps(a: f64, b: f64) -> u64 {
    if a == b {
        0
    } else if a.is_nan() || b.is_nan() || a.is_sign_negative() != b.is_sign_negative() {
        u64::MAX
    } else {
        a.to_bits().abs_diff(b.to_bits())
    }
}

/// Derivation (24): the exponential rows are right to 4 ulps from γ → 0 through z = 1 to z = 40, and so
/// are their effective particles.
#[test]
fn exponential_rows_keep_their_digits() -> Result<(), Error> {
    assert_eq!(EXPONENTIAL.len(), 5 * 9);
    let mut worst = 0;
    for (map, z, alpha, beta, mass, drag) in EXPONENTIAL {
        let ball = HeavyBall::new(1.0, *z)?;
        let found = map.coefficients(&ball, 1.0)?;
        let effective = map.effective_particle(&ball, 1.0)?;
        let pairs = [
            ("alpha", found.0, *alpha),
            ("beta", found.1, *beta),
            ("effective mass", effective.mass, *mass),
            ("effective drag", effective.drag, *drag),
        ];
        for (what, found, exact) in pairs {
            worst = worst.max(ulps(found, exact));
            assert!(
                ulps(found, exact) <= 4,
                "{map} {z} {what}: {found} for {exact}"
            );
        }
    }
    println!("worst: {worst} ulps");
    Ok(())
}

fn exact(value: f64) -> BigRational {
    BigRational::from_float(value).unwrap_or_else(|| BigRational::integer(0))
}

/// The rational rows of (24) in exact arithmetic: α, β, m_eff, γ_eff, each rounded once.
fn rational_row(map: Discretization, ball: &HeavyBall, dt: f64) -> Option<[f64; 4]> {
    let (m, c, h) = (exact(ball.mass), exact(ball.drag), exact(dt));
    let (one, two) = (BigRational::integer(1), BigRational::integer(2));
    let (z, q) = (&c * &h / &m, &h * &h / &m);
    let half = &z / &two;
    let [alpha, beta, mass, drag] = match map {
        ExplicitDrag => [q, &one - &z, &m - &c * &h / &two, c],
        ImplicitDrag => [&q / (&one + &z), &one / (&one + &z), &m + &c * &h / &two, c],
        CentralDrag => [&q / (&one + &half), (&one - &half) / (&one + &half), m, c],
        _ => return None,
    };
    Some([alpha, beta, mass, drag].map(|value| Number::to_f64(&value)))
}

/// z = γΔt/m near its edges 0, 1 and 2 and between.
fn z() -> impl Strategy<Value = f64> {
    let near = |edge: f64| {
        (-16.0..-1.0_f64, prop::bool::ANY).prop_map(move |(e, above)| {
            let offset = 10.0_f64.powf(e);
            if above { edge + offset } else { edge - offset }
        })
    };
    prop_oneof![
        Just(0.0),
        Just(1.0),
        (-300.0..0.0_f64).prop_map(|e| 10.0_f64.powf(e)),
        near(1.0),
        near(2.0).prop_map(|z| z.min(2.0 - f64::EPSILON)),
        0.0..2.0_f64,
    ]
}

/// Mass, drag and step with z below 2, mass and step over two hundred decades.
fn ball_and_step() -> impl Strategy<Value = (HeavyBall, f64)> {
    let decades = |range: std::ops::Range<f64>| range.prop_map(|e| 10.0_f64.powf(e));
    (decades(-100.0..100.0), decades(-50.0..50.0), z()).prop_map(|(mass, dt, z)| {
        let drag = (z / dt * mass).min(f64::MAX);
        (HeavyBall::new(mass, drag).unwrap(), dt)
    })
}

fn any_map() -> impl Strategy<Value = Discretization> {
    prop::sample::select(&Discretization::ALL[..])
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What a relative error of one rounding in β does to 1 − β, 1 + β and ln β.
fn condition(beta: f64) -> f64 {
    1.0 + 1.0 / (1.0 - beta) + 1.0 / (1.0 + beta) + (beta.abs() + f64::MIN_POSITIVE).ln().abs()
}

fn near(found: f64, expected: f64, roundings: f64) -> bool {
    (found - expected).abs() <= roundings * f64::EPSILON * expected.abs()
}

proptest! {
    #![proptest_config(config())]

    /// Derivation (10), (24): the rational rows are the correctly rounded ones to 4 ulps, near z = 0, 1 and
    /// 2 too, where β and m_eff cancel.
    #[test]
    fn rational_rows_keep_their_digits((ball, dt) in ball_and_step()) {
        for map in [ExplicitDrag, ImplicitDrag, CentralDrag] {
            let Ok((alpha, beta)) = map.coefficients(&ball, dt) else {
                // Rounding may have carried z to 2 itself.
                prop_assert!(map == ExplicitDrag && ball.drag * dt / ball.mass > 1.999_999_999_999);
                continue;
            };
            let effective = map.effective_particle(&ball, dt)?;
            let found = [alpha, beta, effective.mass, effective.drag];
            let expected = rational_row(map, &ball, dt).unwrap_or_default();
            for (found, expected) in found.into_iter().zip(expected) {
                prop_assert!(ulps(found, expected) <= 4, "{map}: {found:e} for {expected:e}");
            }
        }
    }

    /// Derivation (22): (m, γ, Δt) → (c²m, cγ, cΔt) leaves (α, β) unchanged: to the bit for a power of
    /// two, which rounds nothing.
    #[test]
    fn the_gauge_leaves_alpha_and_beta((ball, dt) in ball_and_step(), map in any_map(), power in -60..60_i32) {
        let c = f64::from(power).exp2();
        let mut moved = ball;
        (moved.mass, moved.drag) = (c * c * ball.mass, c * ball.drag);
        prop_assume!(ball.drag == 0.0 || ball.drag.is_normal() && moved.drag.is_normal());
        match (map.coefficients(&ball, dt), map.coefficients(&moved, c * dt)) {
            (Ok(here), Ok(there)) => prop_assert_eq!(here, there),
            (here, there) => prop_assert!(here.is_err() && there.is_err()),
        }
    }

    /// Derivation (22), (24): the particle of (α, β) in each gauge is the particle they came from, to
    /// the digits that β carries.
    #[test]
    fn particle_to_coefficients_and_back((ball, dt) in ball_and_step(), map in any_map()) {
        let Ok((alpha, beta)) = map.coefficients(&ball, dt) else { return Ok(()) };
        // Without drag, or with one below the rounding of β, there is none to recover.
        let gauges = [Gauge::Mass(ball.mass), Gauge::Step(dt), Gauge::Drag(ball.drag)];
        let digits = 16.0 * condition(beta);
        for gauge in gauges {
            let back = map.particle(alpha, beta, gauge);
            if beta == 1.0 && matches!(gauge, Gauge::Drag(_)) {
                prop_assert!(back.is_err());
                continue;
            }
            let (particle, step) = back?;
            if beta == 1.0 {
                prop_assert_eq!(particle.drag, 0.0);
            } else {
                prop_assert!(near(particle.drag, ball.drag, digits), "{map} {gauge}: {particle:?}");
            }
            prop_assert!(near(particle.mass, ball.mass, 2.0 * digits), "{map} {gauge}: {particle:?}");
            prop_assert!(near(step, dt, digits), "{map} {gauge}: {step} for {dt}");
        }
    }

    /// Derivation (22), (24): every (α, β) of a row's domain is reached: to a particle and back.
    #[test]
    fn coefficients_to_particle_and_back(
        decade in -30.0..30.0_f64,
        beta in prop_oneof![1e-12..1.0_f64, -0.999..0.0_f64, Just(1.0), Just(0.0)],
        map in any_map(),
        value in 1e-3..1e3_f64,
    ) {
        let alpha = 10.0_f64.powf(decade);
        for gauge in [Gauge::Mass(value), Gauge::Step(value), Gauge::Drag(value)] {
            let rational = matches!(map, ExplicitDrag | CentralDrag);
            let inside = (rational || beta > 0.0) && !(beta == 1.0 && matches!(gauge, Gauge::Drag(_)));
            match map.particle(alpha, beta, gauge) {
                Err(error) => prop_assert!(!inside, "{error}"),
                Ok((ball, dt)) => {
                    prop_assert!(inside);
                    let kept = match gauge {
                        Gauge::Mass(mass) => mass == ball.mass,
                        Gauge::Step(step) => step == dt,
                        Gauge::Drag(drag) => drag == ball.drag,
                    };
                    prop_assert!(kept, "{gauge} gave {ball:?} {dt}");
                    let again = map.coefficients(&ball, dt)?;
                    let digits = 16.0 * condition(if beta == 1.0 { 0.0 } else { beta });
                    prop_assert!(near(again.0, alpha, digits), "{again:?}");
                    // Near β = 0 the error is that of 1 − β, and near 1 it is small beside β.
                    prop_assert!((again.1 - beta).abs() <= 64.0 * f64::EPSILON, "{again:?}");
                }
            }
        }
    }

    /// Derivation (23): the effective particle of every row is m_eff = Δt²(1 + β)/2α,
    /// γ_eff = Δt(1 − β)/α, for the α and β of that row, in exact arithmetic.
    #[test]
    fn the_effective_particle_is_that_of_alpha_and_beta((ball, dt) in ball_and_step(), map in any_map()) {
        let Ok((alpha, beta)) = map.coefficients(&ball, dt) else { return Ok(()) };
        let effective = map.effective_particle(&ball, dt)?;
        let (a, b, h) = (exact(alpha), exact(beta), exact(dt));
        let one = BigRational::integer(1);
        let mass = Number::to_f64(&(&h * &h * (&one + &b) / (&a + &a)));
        let drag = Number::to_f64(&(&h * (&one - &b) / &a));
        let digits = 8.0 * condition(beta);
        prop_assert!(near(effective.mass, mass, digits), "{effective:?} for {mass}");
        if beta == 1.0 {
            prop_assert!(effective.drag * dt / ball.mass <= f64::EPSILON);
        } else {
            prop_assert!(near(effective.drag, drag, digits), "{effective:?} for {drag}");
        }
    }
}

/// Derivation (24): β = 0 ⇔ z = 1 and β → −1 as z → 2 for explicit drag; each change that the error
/// advises at z ≥ 2 leads back inside.
#[test]
fn outside_the_domain_the_error_says_what_to_change() -> Result<(), Error> {
    let (mass, drag) = (2.0, 4.0);
    let ball = HeavyBall::new(mass, drag)?;
    assert_eq!(ExplicitDrag.coefficients(&ball, mass / drag)?.1, 0.0);
    let error = ExplicitDrag.coefficients(&ball, 1.5).err();
    let Some(Error::Mapping(MappingError::NoBeta { beta, dt, .. })) = &error else {
        panic!("z = 3 gave {error:?}");
    };
    assert_eq!((*beta, *dt), (-2.0, 1.5));
    let message = error.map(|error| error.to_string()).unwrap_or_default();
    for advice in [
        "dt below 1,",
        "drag below 2.6666666666666665",
        "mass above 3;",
    ] {
        assert!(message.contains(advice), "{message}");
    }
    assert!(message.contains("exact damping"), "{message}");
    assert!(ExplicitDrag.coefficients(&ball, 0.999).is_ok());
    assert!(
        ExplicitDrag
            .coefficients(&HeavyBall::new(mass, 2.666)?, 1.5)
            .is_ok()
    );
    assert!(
        ExplicitDrag
            .coefficients(&HeavyBall::new(3.001, drag)?, 1.5)
            .is_ok()
    );
    for map in Discretization::ALL
        .into_iter()
        .filter(|map| *map != ExplicitDrag)
    {
        assert!(map.coefficients(&ball, 1.5).is_ok(), "{map}");
    }
    Ok(())
}

/// Derivation (24): the inverse refuses what no particle gives, naming the parameter.
#[test]
fn the_inverse_names_the_parameter_that_has_no_particle() {
    let mass = Gauge::Mass(1.0);
    for map in Discretization::ALL {
        let message = |alpha, beta, gauge| match map.particle(alpha, beta, gauge) {
            Ok(found) => format!("{found:?}"),
            Err(error) => error.to_string(),
        };
        if !matches!(map, ExplicitDrag | CentralDrag) {
            for beta in [0.0, -0.5] {
                let said = message(0.1, beta, mass);
                assert!(
                    said.contains(map.name()) && said.contains("raise beta above 0"),
                    "{said}"
                );
            }
        }
        let said = message(0.1, 1.0, Gauge::Drag(2.0));
        assert!(
            said.contains("lower beta, or fix the mass or the step"),
            "{said}"
        );
        assert!(said.contains("drag 2"), "{said}");
        for beta in [-1.0, 1.0 + f64::EPSILON, f64::NAN, f64::INFINITY] {
            let said = message(0.1, beta, mass);
            assert!(said.contains("must satisfy -1 < beta <= 1"), "{said}");
        }
        for alpha in [0.0, -0.1, f64::NAN, f64::INFINITY] {
            let said = message(alpha, 0.5, mass);
            assert!(
                said.contains("alpha = ") && said.contains("positive and finite"),
                "{said}"
            );
        }
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(message(0.1, 0.5, Gauge::Mass(bad)).starts_with("the gauge's mass = "));
            assert!(message(0.1, 0.5, Gauge::Step(bad)).starts_with("the gauge's dt = "));
            assert!(message(0.1, 0.5, Gauge::Drag(bad)).starts_with("the gauge's drag = "));
        }
    }
}

/// Derivation (25): the start velocities at z = 1 to 1e-14: v₀ = (2Δt·u₀ + αg₀)/(1 + β) of the effective
/// particle for every row, and the half steps of OBABO and BOAOB written out.
#[test]
fn start_velocities_have_their_values() -> Result<(), Error> {
    let (ball, dt) = (HeavyBall::new(0.5, 2.0)?, 0.25);
    let (velocity, gradient) = (vector![0.7], vector![-1.9]);
    let (half_z, half_q) = (0.5_f64, 0.0625);
    for map in Discretization::ALL {
        let found = map.start_velocity(&ball, dt, &velocity, &gradient)?.x;
        let (alpha, beta) = map.coefficients(&ball, dt)?;
        let expected = match map {
            Obabo => dt * half_z.exp() * 0.7 - half_q * 1.9,
            Boaob => half_z.exp() * (dt * 0.7 - half_q * 1.9),
            _ => (2.0 * dt * 0.7 - alpha * 1.9) / (1.0 + beta),
        };
        assert!(
            (found - expected).abs() < 1e-14,
            "{map}: {found} {expected}"
        );
    }
    Ok(())
}

/// Derivation (1), (2): the explicit Euler step of gradient flow, γ(x₊ − x)/Δt = −∇f(x), is gradient descent with α = Δt/γ.
#[test]
fn gradient_descent_is_explicit_euler_of_gradient_flow() -> Result<(), Error> {
    let (drag, dt, x) = (4.0, 0.5, 0.75);
    let flow = GradientFlow::new(Quartic, drag)?;
    assert_eq!(flow.drag(), drag);
    let rule = GradientDescent::from_gradient_flow(&flow, dt)?;
    let next = rule.iterates(&Quartic, vector![x]).after(1)?.position.x;
    // ∇f = 4x³ − 9x².
    let gradient = 4.0 * x * x * x - 9.0 * x * x;
    assert_eq!(drag * (next - x) / dt, -gradient);
    Ok(())
}

#[test]
fn a_discretization_is_written_by_its_name() {
    for map in Discretization::ALL {
        assert_eq!(
            (map.to_string(), map.name()),
            (format!("{map:?}"), &*format!("{map:?}"))
        );
    }
}
