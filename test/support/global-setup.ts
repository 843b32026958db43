import { fetchGoldenImages } from "../../scripts/fetch-test-data.ts";

export default fetchGoldenImages;
