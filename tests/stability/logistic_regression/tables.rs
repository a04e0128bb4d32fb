//! Tables: standardised, refused, and read from the example's file.

use super::CANCER;
use super::data::Table;
use heavyball::LogisticRegression;
use heavyball::error::{DataError, ParameterError, VectorError};
use heavyball::potentials::{Features, Standardisation};
use heavyball::prelude::*;
use nalgebra::{DMatrix, DVector, Dyn, dvector};

/// The training set's columns get mean 0 and variance 1, also beside a huge offset; a held-out row its own numbers.
#[test]
fn standardised_columns_have_mean_0_and_variance_1() -> Result<(), Error> {
    let table = Table::read(CANCER.as_bytes()).unwrap();
    let raw = Features::from_rows(&table.rows)?;
    let (training, held_out) = table.rows.split_at(400);
    let standardisation = Standardisation::fit(&Features::from_rows(training)?)?;
    let applied = standardisation.apply(&Features::from_rows(training)?)?;
    assert_eq!((applied.rows(), applied.columns()), (400, 30));
    for column in 0..30 {
        let entries: Vec<f64> = applied.iter().map(|row| row[column]).collect();
        let mean = entries.iter().sum::<f64>() / 400.0;
        let variance = entries.iter().map(|x| x * x).sum::<f64>() / 400.0;
        assert!(
            mean.abs() < 1e-14 && (variance - 1.0).abs() < 1e-13,
            "{column}: {mean} {variance}"
        );
    }
    let by_hand = (held_out[0][3] - standardisation.means()[3]) / standardisation.deviations()[3];
    assert_eq!(standardisation.apply(&raw)?.row(400).unwrap()[3], by_hand);

    // scikit-learn 1.9.1's StandardScaler on the three rows: exact here, 1e9 away from 0 as at it.
    for offset in [0.0, 1e9] {
        let near = Features::from_rows([[offset + 1.0], [offset + 2.0], [offset + 6.0]])?;
        let standardisation = Standardisation::fit(&near)?;
        assert_eq!(standardisation.means(), [offset + 3.0]);
        assert!((standardisation.deviations()[0] - (14.0_f64 / 3.0).sqrt()).abs() < 1e-15);
    }
    Ok(())
}

#[test]
fn tables_that_are_none_are_refused() {
    let rows: [[f64; 1]; 0] = [];
    assert_eq!(
        Features::from_rows(rows),
        Err(Error::Vector(VectorError::Empty {
            name: "table of features"
        }))
    );
    assert_eq!(
        Features::from_rows([[0.0; 0]]),
        Err(Error::Vector(VectorError::Empty {
            name: "first row of the features"
        }))
    );
    let ragged = Features::from_rows([vec![1.0, 2.0], vec![1.0, 2.0], vec![3.0]]);
    let error = Error::Data(DataError::RaggedRow {
        row: 2,
        expected: 2,
        found: 1,
    });
    assert_eq!(ragged, Err(error.clone()));
    assert!(error.to_string().contains("row 2") && error.to_string().contains("1 entries where 2"));
    for value in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        let error = Features::from_rows([[0.0, 1.0], [2.0, value]]).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Data(DataError::NonFiniteEntry {
                    row: 1,
                    column: 1,
                    ..
                })
            ),
            "{error}"
        );
        assert!(
            error
                .to_string()
                .contains(&format!("row 1, column 1 is {value}"))
        );
    }
}

#[test]
fn losses_that_are_none_are_refused() -> Result<(), Error> {
    let table = || Features::from_rows([[1.0, 2.0], [3.0, 5.0]]);
    let mismatch = LogisticRegression::new(table()?, &[true], 0.1).unwrap_err();
    assert_eq!(
        mismatch,
        Error::Vector(VectorError::DimensionMismatch {
            name: "vector of classes",
            expected: 2,
            found: 1
        })
    );
    for ridge in [-1e-3, f64::NAN, f64::INFINITY] {
        let error = LogisticRegression::new(table()?, &[true, false], ridge).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Parameter(ParameterError::Negative { name: "ridge", .. })
            ),
            "{error}"
        );
    }
    let huge = Features::from_rows([[1.0, 2.0], [3.0, -1e200]])?;
    let error = LogisticRegression::new(huge.clone(), &[true, false], 0.1).unwrap_err();
    assert_eq!(
        error,
        Error::Data(DataError::FeaturesTooLarge {
            column: 1,
            largest: 1e200
        })
    );
    assert!(error.to_string().contains("column 1") && error.to_string().contains("1e200"));
    assert_eq!(Standardisation::fit(&huge).unwrap_err(), error);

    // 0.1 + 0.1 + 0.1 is not 3 · 0.1: the deviation of equal entries need not round to 0.
    let constant = Features::from_rows([[1.0, 0.1], [2.0, 0.1], [3.0, 0.1]])?;
    let error = Standardisation::fit(&constant).unwrap_err();
    assert_eq!(
        error,
        Error::Data(DataError::ConstantColumn {
            column: 1,
            value: 0.1
        })
    );
    assert!(error.to_string().contains("column 1") && error.to_string().contains("0.1"));
    let wide = Features::from_rows([[1.0, 2.0, 3.0]])?;
    let error = Standardisation::fit(&table()?)?.apply(&wide).unwrap_err();
    assert_eq!(
        error,
        Error::Data(DataError::RaggedRow {
            row: 0,
            expected: 2,
            found: 3
        })
    );
    let far = Features::from_rows([[1e308, 0.0]])?;
    let close = Features::from_rows([[0.0, 0.0], [0.1, 1.0]])?;
    let error = Standardisation::fit(&close)?.apply(&far).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Data(DataError::NonFiniteEntry {
                row: 0,
                column: 0,
                ..
            })
        ),
        "{error}"
    );
    Ok(())
}

/// A margin of two huge terms that cancel is no number: told, and never an eigenvalue or a probability.
#[test]
fn a_margin_that_is_no_number_is_told() -> Result<(), Error> {
    let table = Features::from_rows([[1e150, 1e150], [1e150, -1e150]])?;
    let loss = LogisticRegression::new(table, &[true, false], 0.0)?;
    let (huge, zero) = (dvector![1e200, -1e200], dvector![0.0, 0.0]);
    let not_finite = |result: Result<(), Error>| {
        matches!(
            result,
            Err(Error::Parameter(ParameterError::NotFinite { .. }))
        )
    };
    assert!(not_finite(loss.hessian(&huge).map(drop)));
    assert!(not_finite(loss.curvatures(&huge).map(drop)));
    assert!(not_finite(
        loss.probability(&huge, &[1e150, 1e150]).map(drop)
    ));
    assert!(not_finite(loss.divergence(&huge, &zero).map(drop)));
    // One huge term alone has its limit.
    assert_eq!(loss.probability(&huge, &[1e150, 0.0])?, 1.0);
    Ok(())
}

#[test]
fn weights_that_do_not_fit_are_refused() -> Result<(), Error> {
    let loss = LogisticRegression::new(Features::from_rows([[1.0, 2.0]])?, &[true], 0.1)?;
    let (long, nan) = (dvector![1.0, 2.0, 3.0], dvector![1.0, f64::NAN]);
    let fitting = dvector![0.0, 0.0];
    type Question = fn(&LogisticRegression, &DVector<f64>, &DVector<f64>) -> Result<(), Error>;
    let all: [Question; 6] = [
        |loss, w, _| loss.curvatures(w).map(drop),
        |loss, w, _| loss.hessian(w).map(drop),
        |loss, w, _| loss.accuracy(w).map(drop),
        |loss, w, _| loss.probability(w, &[0.0, 0.0]).map(drop),
        |loss, w, fitting| loss.divergence(w, fitting).map(drop),
        |loss, w, fitting| loss.divergence(fitting, w).map(drop),
    ];
    for ask in all {
        let found = ask(&loss, &long, &fitting).unwrap_err();
        assert!(
            matches!(
                found,
                Error::Vector(VectorError::DimensionMismatch {
                    expected: 2,
                    found: 3,
                    ..
                })
            ),
            "{found}"
        );
        let found = ask(&loss, &nan, &fitting).unwrap_err();
        assert!(
            matches!(
                found,
                Error::Vector(VectorError::NonFiniteComponent { component: 1, .. })
            ),
            "{found}"
        );
    }
    let row = loss.probability(&fitting, &[1.0]).unwrap_err();
    assert_eq!(
        row,
        Error::Vector(VectorError::DimensionMismatch {
            name: "row",
            expected: 2,
            found: 1
        })
    );
    let run = Momentum::new(0.1, 0.5)?
        .iterates(&loss, long)
        .after(1)
        .unwrap_err();
    assert!(
        matches!(
            run,
            Error::Vector(VectorError::DimensionMismatch {
                expected: 2,
                found: 3,
                ..
            })
        ),
        "{run}"
    );
    // ∇²f has the dimension of w in every form.
    assert_eq!(loss.hessian(&fitting)?.shape(), (2, 2));
    let _: &dyn Potential<f64, Dyn> = &loss;
    assert_eq!(
        loss.hessian(&fitting)?,
        DMatrix::from_row_slice(2, 2, &[0.35, 0.5, 0.5, 1.1])
    );
    Ok(())
}

#[test]
fn the_table_is_read_whole() {
    let table = Table::read(CANCER.as_bytes()).unwrap();
    assert_eq!((table.rows.len(), table.classes.len()), (569, 569));
    assert!(table.rows.iter().all(|row| row.len() == 30));
    assert_eq!(table.names, ["malignant", "benign"].map(String::from));
    // 357 benign and 212 malignant, as the repository says.
    assert_eq!(table.classes.iter().filter(|benign| **benign).count(), 357);
    assert_eq!(
        (table.rows[0][0], table.rows[568][28], table.classes[568]),
        (17.99, 0.2871, true)
    );
}

/// A table that is none says in which line, and what is needed.
#[test]
fn malformed_tables_name_their_line() {
    let rows = "1,2,0\n3,4,1\n5,6,0\n7,8,1\n1,1,0\n2,2,1\n3,3,0\n4,4,1\n";
    let table = |header: &str, rows: &str| Table::read(format!("{header}\n{rows}").as_bytes());
    assert_eq!(table("8,2,no,yes", rows).unwrap().rows.len(), 8);
    let broken = |from: &str, to: &str| rows.replacen(from, to, 1);
    for (header, rows, expected) in [
        (
            "8,2,no,yes",
            broken("5,6,0", "5,0"),
            "line 4: 2 fields where 3 are needed, 2 features and the class",
        ),
        (
            "8,2,no,yes",
            broken("5,6,0", "5,6,7,0"),
            "line 4: 4 fields where 3 are needed",
        ),
        (
            "8,2,no,yes",
            broken("3,4,1", "3,four,1"),
            "line 3, field 2: \"four\" is not a finite number",
        ),
        (
            "8,2,no,yes",
            broken("3,4,1", ",4,1"),
            "line 3, field 1: \"\" is not a finite number",
        ),
        (
            "8,2,no,yes",
            broken("3,4,1", "inf,4,1"),
            "line 3, field 1: \"inf\" is not a finite number",
        ),
        (
            "8,2,no,yes",
            broken("7,8,1", "7,8,2"),
            "line 5: the class is \"2\", it must be 0 or 1",
        ),
        (
            "8,2,no,yes",
            broken("7,8,1", "7,8,1.0"),
            "line 5: the class is \"1.0\"",
        ),
        (
            "9,2,no,yes",
            rows.to_owned(),
            "line 1: the header announces 9 rows, but 8 follow",
        ),
        (
            "8,2,no,yes",
            broken("7,8,1\n", ""),
            "line 1: the header announces 8 rows, but 7 follow",
        ),
        (
            "8,2,no,yes",
            format!("{rows}9,9,0\n"),
            "line 1: the header announces 8 rows, but 9 follow",
        ),
        (
            "8,3,no,yes",
            rows.to_owned(),
            "line 2: 3 fields where 4 are needed, 3 features and the class",
        ),
        (
            "8,2,no",
            rows.to_owned(),
            "line 1: \"8,2,no\" is not a header",
        ),
        (
            "8,two,no,yes",
            rows.to_owned(),
            "line 1: \"8,two,no,yes\" is not a header",
        ),
        (
            "8,0,no,yes",
            rows.to_owned(),
            "line 1: \"8,0,no,yes\" is not a header",
        ),
    ] {
        let message = table(header, &rows).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{message}\n{expected}");
    }
    let empty = Table::read(&b""[..]).unwrap_err().to_string();
    assert!(empty.contains("the file is empty"), "{empty}");
    let binary = Table::read(&b"8,2,no,yes\n1,2,0\n\xff,2,0\n"[..])
        .unwrap_err()
        .to_string();
    assert_eq!(binary, "line 3: the text is not UTF-8");
}
