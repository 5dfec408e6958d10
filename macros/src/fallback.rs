//! What is left of a function with mistakes: the errors, and a signature that callers can use.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::args::{Args, Kind};
use crate::errors::Errors;
use crate::expand::set_output;
use crate::input::{Body, Function};
use crate::signature::{self, Arguments, Output, contains_impl, generated};
use crate::validate;

pub(crate) fn expand(mut function: Function, args: &Args, errors: &Errors) -> TokenStream {
    let errors = errors.to_compile_errors();
    function.attrs.retain(|attr| !validate::is_this_attribute(attr));
    function.sig.asyncness = None;
    function.sig.constness = None;
    function.sig.abi = None;
    function.sig.variadic = None;
    let output = Output::of(&function.sig, &args.root);
    let at = function.sig.ident.span();
    let span = generated(at);
    let (ret, p) = (&output.ty, args.root.private(span));
    let (ty, value) = match &args.kind {
        Kind::Task if output.is_nameable => {
            (None, quote_spanned!(span=> ::core::future::pending::<#ret>()))
        }
        Kind::Generator { item, resume }
            if output.is_nameable && !contains_impl(item) && !contains_impl(resume) =>
        {
            (None, quote_spanned!(span=> #p::no_generator::<#item, #resume, #ret>()))
        }
        Kind::Stream { item } if !contains_impl(item) => {
            (None, quote_spanned!(span=> #p::no_streaming::<#item>()))
        }
        // `impl Trait` cannot be named a second time; `!` becomes whatever callers want.
        Kind::Task | Kind::Generator { .. } | Kind::Stream { .. } => {
            (Some(quote_spanned!(span=> !)), quote_spanned!(span=> loop {}))
        }
    };
    let ty = ty.unwrap_or_else(|| signature::returned(args, &output, false, at));
    set_output(&mut function, ty);
    let lowered = match &function.body {
        Body::Missing(semi) => function.with_body(semi),
        Body::Braced(_) => {
            let capture = Arguments::name_all(&mut function.sig).capture;
            function.with_body(&quote_spanned!(span=> { #capture #value }))
        }
    };
    quote! {
        #errors
        #[allow(warnings)]
        #lowered
    }
}
