import { fetchGoldenPictures } from "../../scripts/fetch-test-data.ts";

export default fetchGoldenPictures;
