//! Mistakes in the signature. Those in the body are found where it is rewritten.

use quote::{ToTokens, quote};
use syn::{Attribute, Pat, ReturnType, Type};

use crate::args::Kind;
use crate::errors::Errors;
use crate::input::{Body, Function};
use crate::signature;

pub(crate) fn check(function: &Function, kind: &Kind, errors: &mut Errors) {
    let sig = &function.sig;
    if let Some(token) = &sig.asyncness {
        errors.at(
            token,
            "remove `async`: the attribute makes the function a coroutine, which can \
             `.await` already",
        );
    }
    if let Some(token) = &sig.constness {
        errors.at(token, "a coroutine cannot be a `const fn`; remove `const`");
    }
    if let Some(abi) = &sig.abi {
        errors.at(
            abi,
            "a coroutine returns a Rust type, so it cannot have a foreign ABI; remove \
             `extern`, and call it from an `extern` function",
        );
    }
    if let Some(variadic) = &sig.variadic {
        errors.at(variadic, "a coroutine cannot be variadic; pass a slice");
    }
    check_attributes(function, errors);
    check_types(function, kind, errors);
    check_declaration(function, errors);
}

fn check_attributes(function: &Function, errors: &mut Errors) {
    for attr in &function.attrs {
        if is_this_attribute(attr) {
            errors.at(
                attr,
                "the function is a coroutine already; remove this, or put its options into the \
                 other attribute",
            );
        } else if attr.path().is_ident("test") {
            errors.at(
                attr,
                "`#[test]` does not run coroutines; use `#[coweave::test]` in place of both \
                 attributes",
            );
        }
    }
}

/// Whether it is, by its name, the attribute that is being expanded, once more.
pub(crate) fn is_this_attribute(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == "coroutine")
}

fn check_types(function: &Function, kind: &Kind, errors: &mut Errors) {
    match kind {
        Kind::Task => {}
        Kind::Generator { resume, .. } => {
            if signature::contains_impl(resume) {
                errors.at(
                    resume,
                    "`resume` needs a type that can be written out, not `impl Trait`; use a \
                     generic parameter of the function",
                );
            }
        }
        Kind::Stream { .. } => {
            if let ReturnType::Type(arrow, ty) = &function.sig.output
                && !is_unit(ty)
            {
                errors.at(
                    quote!(#arrow #ty),
                    "a stream returns nothing at its end; remove the return type, and yield \
                     the last value",
                );
            }
        }
    }
}

fn check_declaration(function: &Function, errors: &mut Errors) {
    let Body::Missing(_) = &function.body else { return };
    for argument in &function.sig.inputs {
        if let syn::FnArg::Typed(argument) = argument
            && !matches!(&*argument.pat, Pat::Ident(_) | Pat::Wild(_))
        {
            errors.at(
                &argument.pat,
                "a declaration names its arguments; patterns go into the function that \
                 implements it",
            );
        }
    }
}

fn is_unit(ty: &Type) -> bool {
    ty.to_token_stream().to_string() == "()"
}
