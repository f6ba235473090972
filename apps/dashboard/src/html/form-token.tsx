/** Stands in every form of ours: who cannot read our pages cannot repeat it. */
export function FormToken({ token }: { readonly token: string }) {
  return <input type="hidden" name="formToken" value={token} />;
}
