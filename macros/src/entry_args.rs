//! What stands in the parentheses of `#[main]` and `#[test]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprLit, ExprRange, Lit, Path, RangeLimits, Token, UnOp};

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

const OPTIONS: Options =
    Options { list: "`seed = SEED`, `seeds = RANGE` and `crate = PATH`", meaning, needs };

/// For `#[main]`, which takes nothing but the path of the library.
pub(crate) fn of_main(args: TokenStream, errors: &mut Errors) -> Root {
    let read = |input: ParseStream<'_>| {
        input.parse::<Token![crate]>()?;
        input.parse::<Token![=]>()?;
        let path = input.call(Path::parse_mod_style)?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Root::named(&path))
    };
    if args.is_empty() {
        return Root::default();
    }
    read.parse2(args.clone()).unwrap_or_else(|_| {
        let message = "`#[coweave::main]` takes no option but `crate = PATH`; remove this";
        errors.at(quote!(#args), message);
        Root::default()
    })
}

/// For `#[test]`.
pub(crate) fn of_test(args: TokenStream, errors: &mut Errors) -> (Root, Order) {
    let (mut root, mut one, mut several) = (None, None, None);
    OPTIONS.read(args, errors, |name, meant, input, errors| match meant {
        "crate" => OPTIONS.read_root(&mut root, input, errors),
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

/// Mistakes that the types would tell less plainly.
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

fn meaning(name: &str) -> Option<&'static str> {
    Some(match name {
        "seed" | "random_seed" | "rng_seed" => "seed",
        "seeds" | "explore" | "schedules" | "iterations" | "range" => "seeds",
        name if means_root(name) => "crate",
        _ => return None,
    })
}

fn needs(option: &str) -> &'static str {
    match option {
        "seed" => "`seed` needs a number: `seed = 17`",
        "seeds" => "`seeds` needs a range of numbers: `seeds = 0..1000`",
        _ => NEEDS_ROOT,
    }
}
