// Photos made small enough for a bad line, on the phone; what the browser cannot read goes as it is.

const MAX_BYTES = 400 * 1024;
const SIDES = [1920, 1600, 1280, 1024, 800];
const QUALITIES = [0.82, 0.7, 0.58];
const HOPELESS_BYTES = 2 * MAX_BYTES; // at the best quality: the worst leaves more than half of it

export async function shrink(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch { return file; }
  try {
    if (file.size <= MAX_BYTES && file.type === "image/jpeg" && Math.max(picture.width, picture.height) <= SIDES[0]) return file;
    let best = null;
    for (const side of SIDES) {
      const canvas = drawn(picture, side);
      for (const quality of QUALITIES) {
        best = await packed(canvas, quality);
        if (!best) return file; // no room for a canvas
        if (best.size <= MAX_BYTES) return best;
        if (best.size > HOPELESS_BYTES && side !== SIDES.at(-1)) break;
      }
    }
    return best;
  } finally { picture.close(); }
}

function drawn(picture, side) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const packed = (canvas, quality) => new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
