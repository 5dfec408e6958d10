//! What stands in the parentheses of `#[main]` and `#[test]`.

use proc_macro2::TokenStream;
use syn::{Expr, ExprLit, ExprRange, Lit, RangeLimits, UnOp};

use crate::errors::Errors;
use crate::options::{NEEDS_ROOT, Options, means_root};
use crate::root::Root;

/// The orders in which a test runs.
pub(crate) enum Order {
    FirstInFirstOut,
    /// That of this seed.
    Seed(Box<Expr>),
    /// Those of all these seeds.
    Seeds(Box<Expr>),
}

const OF_MAIN: Options =
    Options { list: "`workers = COUNT` and `crate = PATH`", meaning: meaning_in_main, needs };
const OF_TEST: Options = Options {
    list: "`seed = SEED`, `seeds = RANGE` and `crate = PATH`",
    meaning: meaning_in_test,
    needs,
};

/// For `#[main]`: where the library is, and how many workers there are, if that is said.
pub(crate) fn of_main(args: TokenStream, errors: &mut Errors) -> (Root, Option<Expr>) {
    let (mut root, mut workers) = (None, None);
    OF_MAIN.read(args, errors, |_, meant, input, errors| match meant {
        "crate" => OF_MAIN.read_root(&mut root, input, errors),
        _ => {
            let count = input.parse()?;
            check_workers(&count, errors);
            Ok(workers.replace(count).is_some())
        }
    });
    (root.unwrap_or_default(), workers)
}

/// For `#[test]`.
pub(crate) fn of_test(args: TokenStream, errors: &mut Errors) -> (Root, Order) {
    let (mut root, mut one, mut several) = (None, None, None);
    OF_TEST.read(args, errors, |name, meant, input, errors| match meant {
        "crate" => OF_TEST.read_root(&mut root, input, errors),
        "seed" => {
            let seed = input.parse()?;
            check_seed(&seed, errors);
            Ok(one.replace((name.clone(), seed)).is_some())
        }
        _ => {
            let seeds = input.parse()?;
            check_seeds(&seeds, errors);
            Ok(several.replace(seeds).is_some())
        }
    });
    let order = match (one, several) {
        (Some((name, _)), Some(_)) => {
            let message = "`seeds` already says which seeds are tried; remove `seed`, or remove `seeds` \
                           to run that one";
            errors.at(name, message);
            Order::FirstInFirstOut
        }
        (Some((_, seed)), None) => Order::Seed(Box::new(seed)),
        (None, Some(seeds)) => Order::Seeds(Box::new(seeds)),
        (None, None) => Order::FirstInFirstOut,
    };
    (root.unwrap_or_default(), order)
}

/// Mistakes that the types would tell less plainly, or that would show when the program runs.
fn check_workers(count: &Expr, errors: &mut Errors) {
    let message = match count {
        Expr::Lit(ExprLit { lit: Lit::Int(lit), .. }) => match lit.base10_parse::<u64>() {
            Ok(0) => "a scheduler needs at least one worker: `workers = 4`",
            _ => return,
        },
        Expr::Lit(_) | Expr::Range(_) => "`workers` is a number: `workers = 4`",
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            "`workers` is a number that is not negative: `workers = 4`"
        }
        _ => return,
    };
    errors.at(count, message);
}

/// The same.
fn check_seed(seed: &Expr, errors: &mut Errors) {
    let message = match seed {
        Expr::Range(_) => "`seed` is one number; for several there is `seeds = 0..1000`",
        Expr::Lit(ExprLit { lit: Lit::Int(_), .. }) => return,
        Expr::Lit(_) => "`seed` is a number: `seed = 17`",
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            "`seed` is a number that is not negative: `seed = 17`"
        }
        _ => return,
    };
    errors.at(seed, message);
}

/// The same; besides, a range that is written out may be seen to be empty.
fn check_seeds(seeds: &Expr, errors: &mut Errors) {
    match seeds {
        Expr::Lit(_) => {
            let message = "`seeds` are several, as a range gives them: `seeds = 0..1000`; for one there is \
                 `seed = 17`";
            errors.at(seeds, message);
        }
        Expr::Range(ExprRange { start: Some(start), limits, end: Some(end), .. }) => {
            let (Some(start), Some(end)) = (number(start), number(end)) else { return };
            let is_empty = match limits {
                RangeLimits::HalfOpen(_) => start >= end,
                RangeLimits::Closed(_) => start > end,
            };
            if is_empty {
                errors.at(seeds, "no seed lies in this range, so nothing would be tried");
            }
        }
        _ => {}
    }
}

fn number(expr: &Expr) -> Option<u64> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(lit), .. }) => lit.base10_parse().ok(),
        _ => None,
    }
}

fn meaning_in_main(name: &str) -> Option<&'static str> {
    Some(match name {
        "workers" | "worker_threads" | "threads" | "thread_count" | "core_threads" => "workers",
        name if means_root(name) => "crate",
        _ => return None,
    })
}

fn meaning_in_test(name: &str) -> Option<&'static str> {
    Some(match name {
        "seed" | "random_seed" | "rng_seed" => "seed",
        "seeds" | "explore" | "schedules" | "iterations" | "range" => "seeds",
        name if means_root(name) => "crate",
        _ => return None,
    })
}

fn needs(option: &str) -> &'static str {
    match option {
        "workers" => "`workers` needs a number: `workers = 4`",
        "seed" => "`seed` needs a number: `seed = 17`",
        "seeds" => "`seeds` needs a range of numbers: `seeds = 0..1000`",
        _ => NEEDS_ROOT,
    }
}
