//! `max_frame = N`: a frame that is larger is an error at `N`.
//!
//! It is told late, where the frame is built, for every function; a generic one has no size
//! before. `cargo check` looks at items only, so for a free function that is not generic an item
//! asks as well.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{FnArg, GenericParam};

use crate::args::{Args, Kind, MaxFrame};
use crate::input::Function;
use crate::signature::{contains_impl, generated};

/// What the coroutine is passed through, and its definition.
pub(crate) fn late(args: &Args, function: &Ident) -> Option<(TokenStream, TokenStream)> {
    let max = args.max_frame.as_ref()?;
    let span = generated(max.at);
    let (p, bytes, name) = (args.root.private(span), max.bytes, function.to_string());
    let definition = quote_spanned! {span=>
        #[inline(always)]
        fn __coweave_within<F>(frame: F) -> F {
            const { #p::check_frame(#name, ::core::mem::size_of::<F>(), #bytes) };
            frame
        }
    };
    Some((quote_spanned!(span=> __coweave_within), definition))
}

/// `within(coroutine)`, or only the coroutine: it must not stand in parentheses of its own.
pub(crate) fn passed_through(within: Option<&TokenStream>, coroutine: TokenStream) -> TokenStream {
    match within {
        Some(within) => quote!(#within(#coroutine)),
        None => coroutine,
    }
}

/// A constant that is evaluated by `cargo check`.
///
/// Nothing tells a free function from an associated one without receiver. So the name is looked up
/// in the module first, and then here, where a function of that name has a frame of no bytes.
pub(crate) fn early(function: &Function, args: &Args, max: &MaxFrame) -> TokenStream {
    let sig = &function.sig;
    let mut types = Vec::new();
    for argument in &sig.inputs {
        match argument {
            FnArg::Typed(it) if it.attrs.is_empty() => types.push(&it.ty),
            FnArg::Typed(_) | FnArg::Receiver(_) => return TokenStream::new(),
        }
    }
    let is_generic = sig.generics.params.iter().any(|it| !matches!(it, GenericParam::Lifetime(_)));
    let is_opaque = types.iter().any(|ty| contains_impl(ty));
    if is_generic || is_opaque || sig.unsafety.is_some() || says_self(function) {
        return TokenStream::new();
    }
    let span = generated(max.at);
    let p = args.root.private(span);
    let (name, bytes, generics) = (&sig.ident, max.bytes, &sig.generics);
    let text = name.to_string();
    let where_clause = &sig.generics.where_clause;
    let parameters: Vec<_> = (0..types.len()).map(|n| format_ident!("A{n}", span = span)).collect();
    let (size, bound) = match args.kind {
        Kind::Task => (quote_spanned!(span=> ::core::mem::size_of::<F>()), None),
        Kind::Generator { .. } | Kind::Stream { .. } => (
            quote_spanned!(span=> <F as #p::BoxedFrame>::SIZE),
            Some(quote_spanned!(span=> : #p::BoxedFrame)),
        ),
    };
    quote_spanned! {span=>
        #[allow(unused)]
        const _: () = {
            const fn __size<#(#parameters,)* F #bound>(_: fn(#(#parameters),*) -> F) -> usize {
                #size
            }
            fn #name #generics (#(_: #types),*) #where_clause {}
            #p::check_frame(#text, { use self::*; __size(#name) }, #bytes);
        };
    }
}

fn says_self(function: &Function) -> bool {
    let crate::input::Body::Braced(body) = &function.body else { return false };
    let sig = &function.sig;
    crate::unused::mentions(quote!(#sig #body), "Self")
}
