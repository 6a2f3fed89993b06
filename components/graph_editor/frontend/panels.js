export function createPanels() { return { update() {}, destroy() {} }; }
