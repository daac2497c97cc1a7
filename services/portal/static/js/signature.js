// A signature drawn with a finger, as a PNG.

export function signature(canvas, again) {
  const context = canvas.getContext("2d");
  let drawn = false;
  const clear = () => {
    const scale = Math.max(1, devicePixelRatio || 1);
    canvas.width = canvas.clientWidth * scale;
    canvas.height = canvas.clientHeight * scale;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.lineWidth = 2.5;
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = "#14201b";
    drawn = false;
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (canvas.width !== canvas.clientWidth * Math.max(1, devicePixelRatio || 1) && !drawn) clear();
    canvas.setPointerCapture(event.pointerId);
    context.beginPath();
    context.moveTo(...place(event));
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!event.buttons) return;
    context.lineTo(...place(event));
    context.stroke();
    drawn = true;
  });
  again?.addEventListener("click", clear);
  clear();
  return {
    canvas,
    get isDrawn() { return drawn; },
    picture: () => new Promise((resolve) => canvas.toBlob(resolve, "image/png")),
  };
}
