// The lecture as a guided tour: ten steps, each a state of the page, what it shows, and the control or plot to look at.
import { initial } from "./state.js";

function on(f, changes) {
    return { ...initial(f), ...changes };
}

export const TOUR = [
    {
        title: "Gradient flow", look: "alpha",
        text: "Gradient descent goes a short way downhill, again and again. The squares are its iterates. Make the rate α smaller, and they merge into one smooth curve: the path of a point that always flows straight downhill.",
        state: on("double_well", { momentum: false, ball: false, descent: true, alpha: 0.03, steps: 100 }),
    },
    {
        title: "A mass, and no drag", look: "plot-energy",
        text: "Give the point a mass, and −∇f becomes a force. With β = 1 there is no drag: the ball rolls for ever, and its energy below stays the same. It would leave any bad valley, but it never stops.",
        state: on("double_well", { alpha: 0.01, beta: 1, steps: 200 }),
    },
    {
        title: "Drag", look: "drag",
        text: "Now a drag −γẋ slows the ball, as honey would. Its energy falls until it rests in a minimum. Move γ: little drag means many swings, much drag a slow crawl.",
        state: on("double_well", { alpha: 0.01, beta: 0.92, steps: 200 }),
    },
    {
        title: "Euler: time in steps", look: "refine",
        text: "A computer moves the ball in steps of Δt, and that is the optimiser: the dots. They are near the line of the ball, not on it. Slide “halvings” to the right: same ball, smaller steps, and the dots fall onto the line.",
        state: on("double_well", { alpha: 0.08, beta: 0.7, steps: 60, effective: true }),
    },
    {
        title: "α and β", look: "beta",
        text: "β says how much of its last move the optimiser keeps: 0 forgets everything, 0.9 keeps nine tenths. α says how strongly the slope pushes. Move β slowly from 0 to 1 and watch the path begin to swing.",
        state: on("double_well", { alpha: 0.05, beta: 0.8, steps: 100 }),
    },
    {
        title: "The quartic", look: "play",
        text: "At x = 0 this curve is flat. Gradient descent (squares) stops there, though the minimum is farther on. Momentum (discs) arrives with speed and rolls across.",
        state: on("quartic", { descent: true, alpha: 0.1, beta: 0.5 }),
    },
    {
        title: "β = 0 and β = 1", look: "beta",
        text: "Here β = 0: no memory, so momentum is gradient descent and stops on the flat place too. Now set β to 1: nothing slows it any more, and at this α it flies off. A message says so.",
        state: on("quartic", { descent: true, alpha: 0.1, beta: 0 }),
    },
    {
        title: "The saddle, and a kick", look: "velocity-handle",
        text: "Started exactly on the ridge between two valleys, every push is along the ridge, and the run ends on the saddle. Give it a kick: drag the dashed circle a little sideways, or press the right arrow key on it.",
        state: on("double_well", { start: [0, 1], alpha: 0.1, beta: 0.5 }),
    },
    {
        title: "Nesterov", look: "plot-stability",
        text: "Nesterov’s rule first looks where its speed would carry it, and asks for the slope there. It brakes earlier, so the triangles swing less than the discs. The price: it allows only smaller α, as the stability map shows.",
        state: on("double_well", { nesterov: true, alpha: 0.1, beta: 0.5 }),
    },
    {
        title: "Warm it up", look: "temperature",
        text: "The ball lies in the bad one of two wells, and cold it would stay there. Now a warm bath shakes it until it is over the barrier. Slide the temperature to 0, and it stays. Draw new noise, and it leaves at another time, or not yet. Noisy gradients do the same to the optimiser.",
        state: on("tilted", { start: [0.9456, 0], alpha: 0.1, beta: 0.9, steps: 300, temperature: 0.06 }),
    },
];
