// Photos made small enough for a slow network: at most 400 KB and 1600 pixels.
const MAX_BYTES = 400 * 1024;
const MAX_SIDE = 1600;

/** Return the photo made smaller; the file itself where the browser cannot read it, or it is small already. */
export async function shrink(file) {
  if (file.size <= MAX_BYTES || !file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    for (const [side, quality] of [[MAX_SIDE, 0.82], [MAX_SIDE, 0.65], [1200, 0.65], [900, 0.6], [640, 0.5]]) {
      const blob = await drawn(picture, side, quality);
      if (blob && blob.size <= MAX_BYTES) return named(blob, file);
    }
  } catch {
    // HEIC and the like: the server reads what this browser does not
  }
  return file;
}

function drawn(picture, maxSide, quality) {
  const scale = Math.min(1, maxSide / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
}

const named = (blob, file) => new File([blob], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg" });
